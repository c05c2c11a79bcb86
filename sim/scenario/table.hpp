// One table says for each key of a scenario object what it is called, what it may hold, what it stands for when left
// out, and where it goes. The parser walks it; the JSON Schema and the reference are printed from it.
//
//   Table<DeviceSpec>{"device", "A QKD device pair.",
//       quantity("clock", at(&DeviceSpec::source, &SourceParameters::clock), units::frequency, above(0, 1e11), "Pulses
//       per second."), choice("estimation", at(&DeviceSpec::post, ...), {{"sampling", EstimationMethod::sampling,
//       "..."}}, "...")}
//
// A default is never written down twice: it is what a fresh target holds.
#pragma once
#include "sim/base/units.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"

#include <cmath>
#include <functional>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

namespace qkdes {

struct TableDoc;

/// What the schema and the reference say about a key.
struct KeyDoc {
    std::string name;
    std::string type; ///< in words: "a length", "`photon` or `block`"
    std::string help;
    std::string range;    ///< in words, may be empty
    std::string fallback; ///< the value when left out, as JSON or in words; empty: nothing
    std::string example;  ///< JSON
    bool required = false;
    nlohmann::ordered_json schema;       ///< of the value
    std::vector<TableDoc const*> nested; ///< tables of the objects inside, for the reference
};

struct TableDoc {
    std::string name, help;
    std::vector<KeyDoc> keys;
    std::vector<std::string> names() const;
};

template <class T>
struct Key {
    KeyDoc doc;
    std::function<void(Reader&, JsonNode const&, T&, KeyDoc const&)> read;
    Key must(std::string example) && {
        return doc.required = true, doc.example = std::move(example), doc.fallback.clear(), std::move(*this);
    }
    Key unless_given(std::string words) && { return doc.fallback = std::move(words), std::move(*this); }
    Key such_as(std::string example) && { return doc.example = std::move(example), std::move(*this); }
};

/// Every object may also hold `note`, a string for people.
template <class T>
struct Table {
    TableDoc doc;
    std::vector<std::function<void(Reader&, JsonNode const&, T&, KeyDoc const&)>> readers;
    template <class... Keys>
    Table(std::string name, std::string help, Keys... keys) : doc{std::move(name), std::move(help), {}} {
        (add(std::move(keys)), ...);
    }
    void add(Key<T> key) {
        doc.keys.push_back(std::move(key.doc));
        readers.push_back(std::move(key.read));
    }
};

/// Unknown and missing keys of an object; false when it is no object at all.
bool check_keys(Reader& reader, JsonNode const& node, TableDoc const& doc);

template <class T>
void read_object(Reader& reader, JsonNode const& node, Table<T> const& table, T& target) {
    if (!check_keys(reader, node, table.doc)) return;
    for (std::size_t i = 0; i < table.readers.size(); ++i)
        if (auto const* member = node.find(table.doc.keys[i].name))
            table.readers[i](reader, *member, target, table.doc.keys[i]);
}

// --- where a value goes ------------------------------------------------------------------------------------------

template <class T, class F>
struct At {
    F get;
};

namespace detail {
template <class X>
constexpr X& step(X& x) {
    return x;
}
template <class X, class M, class... Rest>
constexpr auto& step(X& x, M X::*first, Rest... rest) {
    return step(x.*first, rest...);
}
template <class X>
constexpr bool is_optional = false;
template <class X>
constexpr bool is_optional<std::optional<X>> = true;
template <class X>
struct Inner {
    using type = X;
};
template <class X>
struct Inner<std::optional<X>> {
    using type = X;
};

inline double base_value(double x) { return x; }
inline double base_value(SimDuration d) { return static_cast<double>(d.count()); }
inline double base_value(SimTime t) { return static_cast<double>(t.time_since_epoch().count()); }
template <class Unit>
double base_value(Quantity<Unit> q) {
    return q.value;
}
inline double base_value(std::uint64_t n) { return static_cast<double>(n); }
inline double base_value(std::uint32_t n) { return static_cast<double>(n); }

template <class X>
X from_base(double x) {
    if constexpr (std::is_integral_v<X>)
        return static_cast<X>(x);
    else if constexpr (std::is_same_v<X, SimDuration>)
        return SimDuration{static_cast<SimDuration::rep>(x)};
    else if constexpr (std::is_same_v<X, SimTime>)
        return SimTime{SimDuration{static_cast<SimDuration::rep>(x)}};
    else
        return X{x};
}
template <class X>
constexpr Storage storage_of = std::is_integral_v<X>                                          ? Storage::whole
                               : std::is_same_v<X, SimDuration> || std::is_same_v<X, SimTime> ? Storage::nanoseconds
                                                                                              : Storage::real;
KeyDoc quantity_doc(std::string name, UnitFamily const& family, Range range, std::string help,
                    std::optional<double> fallback);
KeyDoc number_doc(std::string name, Range range, std::string help, std::optional<double> fallback);
KeyDoc count_doc(std::string name, std::uint64_t low, std::uint64_t high, std::string help, std::uint64_t fallback);
KeyDoc text_doc(std::string name, std::string help, bool id);
KeyDoc choice_doc(std::string name, std::vector<std::pair<std::string, std::string>> const& names, std::string help,
                  std::string fallback);
KeyDoc object_doc(std::string name, TableDoc const& table, std::string help);
KeyDoc list_doc(std::string name, TableDoc const& table, std::string help);
} // namespace detail

/// A member, or a member of a member.
template <class T, class A, class... Rest>
auto at(A T::*first, Rest... rest) {
    auto get = [=](T & target) -> auto& { return detail::step(target, first, rest...); };
    return At<T, decltype(get)>{get};
}

// --- kinds of keys -----------------------------------------------------------------------------------------------

template <class T, class F>
Key<T> quantity(std::string name, At<T, F> to, UnitFamily const& family, Range range, std::string help) {
    using Target = std::remove_reference_t<decltype(to.get(std::declval<T&>()))>;
    using Value = typename detail::Inner<Target>::type;
    std::optional<double> fallback;
    T fresh{};
    if constexpr (!detail::is_optional<Target>) fallback = detail::base_value(to.get(fresh));
    Key<T> key{detail::quantity_doc(std::move(name), family, range, std::move(help), fallback), {}};
    key.read = [to, &family, range](Reader& reader, JsonNode const& value, T& target, KeyDoc const& doc) {
        if (auto const x = reader.quantity(value, family, range, detail::storage_of<Value>, doc.example))
            to.get(target) = detail::from_base<Value>(*x);
    };
    return key;
}

/// Without dimension: a number, or a string in percent.
template <class T, class F>
Key<T> number(std::string name, At<T, F> to, Range range, std::string help) {
    using Target = std::remove_reference_t<decltype(to.get(std::declval<T&>()))>;
    std::optional<double> fallback;
    T fresh{};
    if constexpr (!detail::is_optional<Target>) fallback = to.get(fresh);
    Key<T> key{detail::number_doc(std::move(name), range, std::move(help), fallback), {}};
    key.read = [to, range](Reader& reader, JsonNode const& value, T& target, KeyDoc const& doc) {
        if (auto const x = reader.number(value, range, doc.example)) to.get(target) = *x;
    };
    return key;
}

template <class T, class F>
Key<T> count(std::string name, At<T, F> to, std::uint64_t low, std::uint64_t high, std::string help) {
    T fresh{};
    Key<T> key{detail::count_doc(std::move(name), low, high, std::move(help), to.get(fresh)), {}};
    key.read = [to, low, high](Reader& reader, JsonNode const& value, T& target, KeyDoc const& doc) {
        using Value = std::remove_reference_t<decltype(to.get(target))>;
        if (auto const x = reader.count(value, low, high, doc.example)) to.get(target) = static_cast<Value>(*x);
    };
    return key;
}

template <class T, class F>
Key<T> text(std::string name, At<T, F> to, std::string help) {
    return {detail::text_doc(std::move(name), std::move(help), false),
            [to](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (auto x = reader.text(value, R"("…")")) to.get(target) = std::move(*x);
            }};
}

template <class T, class F>
Key<T> identifier(std::string name, At<T, F> to, std::string help, std::string example) {
    Key<T> key{detail::text_doc(std::move(name), std::move(help), true),
               [to, example](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                   if (auto x = reader.identifier(value, example)) to.get(target) = std::move(*x);
               }};
    key.doc.example = example;
    return key;
}

template <class E>
struct Choice {
    std::string name;
    E value;
    std::string help;
};

template <class T, class F, class E>
Key<T> choice(std::string name, At<T, F> to, std::vector<Choice<E>> choices, std::string help) {
    std::vector<std::pair<std::string, std::string>> pairs;
    std::vector<std::string> names;
    std::string fallback;
    T fresh{};
    for (auto const& each : choices) {
        pairs.emplace_back(each.name, each.help);
        names.push_back(each.name);
        if (to.get(fresh) == each.value) fallback = json_string(each.name);
    }
    return {detail::choice_doc(std::move(name), pairs, std::move(help), fallback),
            [to, choices, names](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (auto const index = reader.choice(value, names)) to.get(target) = choices[*index].value;
            }};
}

template <class T, class F, class N>
Key<T> object(std::string name, At<T, F> to, Table<N> const& table, std::string help) {
    return {detail::object_doc(std::move(name), table.doc, std::move(help)),
            [to, &table](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                using Target = std::remove_reference_t<decltype(to.get(target))>;
                if constexpr (detail::is_optional<Target>) {
                    auto& place = to.get(target); // it may hold what is inherited
                    read_object(reader, value, table, place ? *place : place.emplace());
                } else {
                    read_object(reader, value, table, to.get(target));
                }
            }};
}

/// A list of objects. Each item starts as `initial(target)` and, if it has a member `node`, remembers where it stood.
template <class T, class F, class N>
Key<T> list(
    std::string name, At<T, F> to, Table<N> const& table, std::string help,
    std::function<N(T const&)> initial = [](T const&) { return N{}; }) {
    return {detail::list_doc(std::move(name), table.doc, std::move(help)),
            [to, &table, initial](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, "[ … ]")) return;
                for (auto const* element : value.children) {
                    N item = initial(target);
                    if constexpr (requires { item.node; }) item.node = element;
                    read_object(reader, *element, table, item);
                    to.get(target).push_back(std::move(item));
                }
            }};
}

} // namespace qkdes
