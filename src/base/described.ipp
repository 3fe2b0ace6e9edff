// How described.hpp does it. The templates walk the members; everything that does not depend on the type is in
// described.cpp, so that a file with many structs compiles quickly.
#pragma once

namespace shanqi::describing {

template <class T>
concept Struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept Enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

std::unexpected<Error> wrong(std::string_view key, const std::string& place, Error::Arguments = {});
std::string place_of(const std::string& parent, std::string_view member);
std::string place_of(const std::string& parent, std::size_t index);
std::string_view json_name(std::string_view member);  // without the "_" that keeps it apart from a word of C++
std::string schema_name(std::string_view pretty_function);

void append_bool(std::string& out, bool);
void append_integer(std::string& out, std::int64_t);
void append_number(std::string& out, double);
void append_text(std::string& out, std::string_view);
void append_instant(std::string& out, Instant);
void append_date(std::string& out, Date);
void append_value(std::string& out, const boost::json::value&);
void append_value(std::string& out, const boost::json::object&);

Result<bool> read_bool(const boost::json::value&, const std::string& place);
Result<std::int64_t> read_integer(const boost::json::value&, const std::string& place, std::int64_t least,
                                  std::int64_t most);
Result<double> read_number(const boost::json::value&, const std::string& place);
Result<std::string> read_text(const boost::json::value&, const std::string& place);
Result<std::string> read_id(const boost::json::value&, const std::string& place);
Result<Instant> read_instant(const boost::json::value&, const std::string& place);
Result<Date> read_date(const boost::json::value&, const std::string& place);
Result<const boost::json::array*> read_array(const boost::json::value&, const std::string& place);
Result<const boost::json::object*> read_object(const boost::json::value&, const std::string& place);
// The index in `names`.
Result<std::size_t> read_choice(const boost::json::value&, const std::string& place,
                                const std::vector<std::string>& names);
Result<> check_members(const boost::json::object&, const std::string& place, const std::vector<MemberForm>&);

boost::json::object schema(std::string_view type, std::string_view format = {});
boost::json::object nullable(boost::json::object schema);
boost::json::object choice_schema(const std::vector<std::string>& names);
boost::json::object reference(std::string_view name);
boost::json::object struct_schema(boost::json::object properties, const std::vector<MemberForm>&);

template <class T>
std::string_view pretty_name() {
    return __PRETTY_FUNCTION__;  // NOLINT: the only place where GCC and Clang say a type's name without RTTI
}

template <class T>
struct Form;  // read, append, schema, text

template <>
struct Form<bool> {
    static constexpr TextForm text = TextForm::boolean;
    static Result<bool> read(const boost::json::value& v, const std::string& place) { return read_bool(v, place); }
    static void append(std::string& out, bool v) { append_bool(out, v); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("boolean"); }
};

template <std::signed_integral T>
struct Form<T> {
    static constexpr TextForm text = TextForm::integer;
    static Result<T> read(const boost::json::value& v, const std::string& place) {
        return static_cast<T>(
            TRY(read_integer(v, place, std::numeric_limits<T>::min(), std::numeric_limits<T>::max())));
    }
    static void append(std::string& out, T v) { append_integer(out, v); }
    static boost::json::object schema(boost::json::object&) {
        return describing::schema("integer", sizeof(T) == 8 ? "int64" : "int32");
    }
};

template <>
struct Form<double> {
    static constexpr TextForm text = TextForm::number;
    static Result<double> read(const boost::json::value& v, const std::string& place) { return read_number(v, place); }
    static void append(std::string& out, double v) { append_number(out, v); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("number", "double"); }
};

template <>
struct Form<std::string> {
    static constexpr TextForm text = TextForm::text;
    static Result<std::string> read(const boost::json::value& v, const std::string& place) {
        return read_text(v, place);
    }
    static void append(std::string& out, const std::string& v) { append_text(out, v); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("string"); }
};

template <class Tag>
struct Form<Id<Tag>> {
    static constexpr TextForm text = TextForm::text;
    static Result<Id<Tag>> read(const boost::json::value& v, const std::string& place) {
        return Id<Tag>::trusted(TRY(read_id(v, place)));
    }
    static void append(std::string& out, const Id<Tag>& v) { append_text(out, v.text()); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("string", "uuid"); }
};

template <>
struct Form<Instant> {
    static constexpr TextForm text = TextForm::text;
    static Result<Instant> read(const boost::json::value& v, const std::string& place) {
        return read_instant(v, place);
    }
    static void append(std::string& out, Instant v) { append_instant(out, v); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("string", "date-time"); }
};

template <>
struct Form<Date> {
    static constexpr TextForm text = TextForm::text;
    static Result<Date> read(const boost::json::value& v, const std::string& place) { return read_date(v, place); }
    static void append(std::string& out, Date v) { append_date(out, v); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("string", "date"); }
};

template <>
struct Form<boost::json::value> {
    static constexpr TextForm text = TextForm::none;
    static Result<boost::json::value> read(const boost::json::value& v, const std::string&) { return v; }
    static void append(std::string& out, const boost::json::value& v) { append_value(out, v); }
    static boost::json::object schema(boost::json::object&) { return {}; }
};

template <>
struct Form<boost::json::object> {
    static constexpr TextForm text = TextForm::none;
    static Result<boost::json::object> read(const boost::json::value& v, const std::string& place) {
        return *TRY(read_object(v, place));
    }
    static void append(std::string& out, const boost::json::object& v) { append_value(out, v); }
    static boost::json::object schema(boost::json::object&) { return describing::schema("object"); }
};

template <class T>
struct Form<std::optional<T>> {
    static constexpr TextForm text = Form<T>::text;
    static Result<std::optional<T>> read(const boost::json::value& v, const std::string& place) {
        if (v.is_null()) return std::optional<T>();
        return std::optional<T>(TRY(Form<T>::read(v, place)));
    }
    static void append(std::string& out, const std::optional<T>& v) {
        if (v) {
            Form<T>::append(out, *v);
        } else {
            out += "null";
        }
    }
    static boost::json::object schema(boost::json::object& definitions) {
        return nullable(Form<T>::schema(definitions));
    }
};

template <class T>
struct Form<std::vector<T>> {
    static constexpr TextForm text = Form<T>::text;
    static Result<std::vector<T>> read(const boost::json::value& v, const std::string& place) {
        const boost::json::array& array = *TRY(read_array(v, place));
        std::vector<T> out;
        out.reserve(array.size());
        for (std::size_t i = 0; i < array.size(); ++i) out.push_back(TRY(Form<T>::read(array[i], place_of(place, i))));
        return out;
    }
    static void append(std::string& out, const std::vector<T>& v) {
        out += '[';
        bool first = true;
        for (const auto& item : v) {
            if (!std::exchange(first, false)) out += ',';
            Form<T>::append(out, item);
        }
        out += ']';
    }
    static boost::json::object schema(boost::json::object& definitions) {
        boost::json::object out = describing::schema("array");
        out["items"] = Form<T>::schema(definitions);
        return out;
    }
};

template <Enum T>
struct Form<T> {
    static constexpr TextForm text = TextForm::text;
    struct Table {
        std::vector<std::string> names;
        std::vector<T> values;
    };
    static const Table& table() {
        static const Table all = [] {
            Table out;
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) {
                out.names.emplace_back(json_name(one.name));
                out.values.push_back(one.value);
            });
            return out;
        }();
        return all;
    }
    static Result<T> read(const boost::json::value& v, const std::string& place) {
        return table().values[TRY(read_choice(v, place, table().names))];
    }
    static void append(std::string& out, T v) {
        const Table& all = table();
        for (std::size_t i = 0; i < all.values.size(); ++i)
            if (all.values[i] == v) return append_text(out, all.names[i]);
        out += "null";  // no enumerator: a bug elsewhere; null is refused by every reader
    }
    static boost::json::object schema(boost::json::object&) { return choice_schema(table().names); }
};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;

template <Struct T>
struct Form<T> {
    static constexpr TextForm text = TextForm::none;

    static Result<T> read(const boost::json::value& v, const std::string& place) {
        const boost::json::object& object = *TRY(read_object(v, place));
        TRY_DO(check_members(object, place, members_of<T>()));
        T out{};
        Result<> result;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            if (!result) return;
            using Member = std::remove_cvref_t<decltype(out.*member.pointer)>;
            const std::string_view name = json_name(member.name);
            const boost::json::value* found = object.if_contains(name);
            if (found == nullptr) return;  // optional: check_members has seen to the others
            if (auto read = Form<Member>::read(*found, place_of(place, name))) {
                out.*member.pointer = std::move(*read);
            } else {
                result = std::unexpected(std::move(read).error());
            }
        });
        if (!result) return std::unexpected(std::move(result).error());
        return out;
    }

    static void append(std::string& out, const T& v) {
        out += '{';
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            using Member = std::remove_cvref_t<decltype(v.*member.pointer)>;
            constexpr bool first = boost::mp11::mp_find<Members<T>, decltype(member)>::value == 0;
            static const std::string name = (first ? "\"" : ",\"") + std::string(json_name(member.name)) + "\":";
            out += name;  // an identifier of C++: nothing in it wants an escape
            Form<Member>::append(out, v.*member.pointer);
        });
        out += '}';
    }

    static boost::json::object schema(boost::json::object& definitions) {
        const std::string name = schema_name(pretty_name<T>());
        if (!definitions.contains(name)) {
            definitions[name] = nullptr;  // a struct may hold a list of itself
            boost::json::object properties;
            boost::mp11::mp_for_each<Members<T>>([&](auto member) {
                using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
                properties[json_name(member.name)] = Form<Member>::schema(definitions);
            });
            definitions[name] = struct_schema(std::move(properties), members_of<T>());
        }
        return reference(name);
    }
};

}  // namespace shanqi::describing

namespace shanqi {

template <class T>
Result<T> from_json(const boost::json::value& value, const std::string& place) {
    return describing::Form<T>::read(value, place);
}

template <class T>
std::string json_text(const T& value) {
    constexpr std::size_t usual_bytes = 512;
    std::string out;
    out.reserve(usual_bytes);
    describing::Form<T>::append(out, value);
    return out;
}

template <class T>
boost::json::object schema_of(boost::json::object& definitions) {
    return describing::Form<T>::schema(definitions);
}

template <class T>
const std::vector<MemberForm>& members_of() {
    static const std::vector<MemberForm> all = [] {
        std::vector<MemberForm> out;
        boost::mp11::mp_for_each<describing::Members<T>>([&](auto member) {
            using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
            out.push_back({std::string(describing::json_name(member.name)), describing::Form<Member>::text,
                           describing::is_list<Member>, describing::is_optional<Member>});
        });
        return out;
    }();
    return all;
}

}  // namespace shanqi
