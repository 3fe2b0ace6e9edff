// bench_floor FOLDER SCRATCH LEVEL: the least that a batch of sealed documents costs whatever program makes it. Takes
// the PDFs of FOLDER and measures, on one core: hashing their bytes (SHA-256), compressing again the streams that
// differ from document to document (those that are the same in all are compressed once), and writing the files into
// SCRATCH and syncing the file system once. Prints one JSON object.
#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
constexpr std::size_t stream_bytes_max = 64 << 20;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::string> read_documents(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".pdf") paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> documents;
    for (const fs::path& path : paths) {
        std::ifstream stream(path, std::ios::binary);
        documents.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    return documents;
}

// The raw bytes of all streams: between "stream" and "endstream". Good enough for files that we wrote ourselves.
std::vector<std::string_view> streams_of(std::string_view document) {
    std::vector<std::string_view> streams;
    std::size_t at = 0;
    while ((at = document.find("stream\n", at)) != std::string_view::npos) {
        const std::size_t begin = at + 7, end = document.find("\nendstream", begin);
        if (end == std::string_view::npos) break;
        streams.push_back(document.substr(begin, end - begin));
        at = end + 10;
    }
    return streams;
}

std::string inflate(std::string_view compressed) {
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
        libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
    for (std::size_t size = compressed.size() * 8 + 1024; size < stream_bytes_max; size *= 4) {
        std::string bytes(size, '\0');
        std::size_t actual = 0;
        const auto result = libdeflate_zlib_decompress(decompressor.get(), compressed.data(), compressed.size(),
                                                       bytes.data(), bytes.size(), &actual);
        if (result == LIBDEFLATE_SUCCESS) return bytes.substr(0, actual);
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return {};
    }
    return {};
}

double hash_seconds(const std::vector<std::string>& documents) {
    const auto start = std::chrono::steady_clock::now();
    unsigned char digest[EVP_MAX_MD_SIZE];
    for (const std::string& document : documents)
        EVP_Digest(document.data(), document.size(), digest, nullptr, EVP_sha256(), nullptr);
    return seconds_since(start);
}

double deflate_seconds(const std::vector<std::string>& documents, int level, std::size_t& raw_bytes) {
    std::set<std::string_view> common;
    for (const std::string_view stream : streams_of(documents.front())) common.insert(stream);
    std::vector<std::string> raw;
    for (std::size_t i = 1; i < documents.size(); ++i) {
        for (const std::string_view stream : streams_of(documents[i]))
            if (!common.contains(stream)) raw.push_back(inflate(stream));
    }
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(level), &libdeflate_free_compressor);
    std::string out;
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& bytes : raw) {
        raw_bytes += bytes.size();
        out.resize(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()));
        libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size());
    }
    return seconds_since(start);
}

double write_seconds(const std::vector<std::string>& documents, const fs::path& scratch) {
    fs::create_directories(scratch);
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const int file =
            open((scratch / fmt::format("{:06}.pdf", i)).c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
        if (file < 0 ||
            write(file, documents[i].data(), documents[i].size()) != static_cast<ssize_t>(documents[i].size()))
            return -1;
        close(file);
    }
    const int folder = open(scratch.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    syncfs(folder);
    close(folder);
    const double seconds = seconds_since(start);
    fs::remove_all(scratch);
    return seconds;
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 4) {
        fmt::print(stderr, "bench_floor FOLDER SCRATCH DEFLATE_LEVEL\n");
        return 1;
    }
    const std::vector<std::string> documents = read_documents(arguments[1]);
    if (documents.empty()) {
        fmt::print(stderr, "bench_floor: no documents in {}\n", arguments[1]);
        return 1;
    }
    std::size_t bytes = 0, raw_bytes = 0;
    for (const std::string& document : documents) bytes += document.size();
    boost::json::object result;
    result["documents"] = documents.size();
    result["bytes"] = bytes;
    result["hash_seconds"] = hash_seconds(documents);
    result["deflate_seconds"] = deflate_seconds(documents, std::stoi(arguments[3]), raw_bytes);
    result["deflate_bytes"] = raw_bytes;
    result["write_seconds"] = write_seconds(documents, arguments[2]);
    fmt::print("{}\n", boost::json::serialize(result));
    return 0;
}
