// bench_verify FOLDER CA.pem: verifies the PDFs of FOLDER, in memory, with one and two threads, and measures with as
// many what no verifier can leave out: the digest of the bytes and one P-256 verification. Prints one JSON object.
#include <boost/json.hpp>
#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>

#include "base/files.hpp"
#include "base/worker_pool.hpp"
#include "seal/document/pdf_signatures.hpp"

namespace {

using Steady = std::chrono::steady_clock;
constexpr double seconds_min = 2;

double since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

// Repeats `once` (which does `count` things) for two seconds: things a second.
template <class Work>
double rate(std::size_t count, const Work& once) {
    std::size_t done = 0;
    const auto start = Steady::now();
    do {
        once();
        done += count;
    } while (since(start) < seconds_min);
    return static_cast<double>(done) / since(start);
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

// The digest of each document and one verification of a P-256 signature; 0 when one of them fails.
double floor_rate(const std::vector<std::string>& documents, unsigned threads) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Context signer(EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
    unsigned char digest[32] = {}, signature[80] = {};
    std::size_t size = sizeof signature;
    if (EVP_PKEY_sign_init(signer.get()) != 1 ||
        EVP_PKEY_sign(signer.get(), signature, &size, digest, sizeof digest) != 1)
        return 0;
    std::vector<Context> verifiers;
    for (unsigned i = 0; i < threads; ++i) {
        verifiers.emplace_back(EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
        if (EVP_PKEY_verify_init(verifiers.back().get()) != 1) return 0;
    }
    std::atomic<int> wrong = 0;
    shanqi::WorkerPool pool(threads);
    const double documents_a_second = rate(documents.size(), [&] {
        pool.for_each(documents.size(), [&](unsigned worker, std::size_t i) {
            if (shanqi::sha256(documents[i]) == shanqi::Sha256{}) ++wrong;
            if (EVP_PKEY_verify(verifiers[worker].get(), signature, size, digest, sizeof digest) != 1) ++wrong;
        });
    });
    return wrong == 0 ? documents_a_second : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::vector<std::string> documents;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        const auto bytes = shanqi::read_file(entry.path(), 1ULL << 28);
        if (entry.path().extension() == ".pdf" && bytes) documents.push_back(*bytes);
    }
    auto roots = shanqi::seal::Certificate::from_file(argv[2]);
    if (!roots || documents.empty()) return 1;
    const shanqi::seal::VerifyOptions options{
        shanqi::seal::TrustStore::create(
            {.roots = std::move(*roots), .intermediates = {}, .crls = {}, .ocsp_responses = {}}),
        shanqi::system_clock().now()};
    std::atomic<int> bad = 0;
    boost::json::object out;
    out["documents"] = documents.size();
    for (const unsigned threads : {1U, 2U}) {
        shanqi::WorkerPool pool(threads);
        out[fmt::format("threads_{}", threads)] = rate(documents.size(), [&] {
            pool.for_each(documents.size(), [&](unsigned, std::size_t i) {
                if (shanqi::seal::verify_document(documents[i], options).verdict !=
                    shanqi::seal::DocumentReport::Verdict::good)
                    ++bad;
            });
        });
        out[fmt::format("floor_{}", threads)] = floor_rate(documents, threads);
    }
    if (bad > 0) return 1;
    fmt::print("{}\n", boost::json::serialize(out));
    return 0;
}
