#include "engine/tool/json_schema.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/query_value.h"
#include "tracestore/query/text_pattern.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::TextPattern;

namespace {

    /// Of schema in schema, references included: what refers to itself without end stops here.
    constexpr unsigned kMaxDepth = 96;
    /// Of keywords looked at for one value. A schema whose alternatives refer to each other would
    /// take exponential time without it.
    constexpr unsigned kMaxSteps = 200'000;
    constexpr std::size_t kMaxSchemaBytes = std::size_t {1} << 20U;

    struct Complaint
    {
        std::size_t depth = 0; ///< of the place: how many steps below the root
        std::string place;
        std::string text;
    };

    using Complaints = std::vector<Complaint>;
    using Patterns = std::map<std::string, std::optional<TextPattern>>;

    bool isInteger(const json& value)
    {
        if (value.is_number_integer())
            return true;
        return value.is_number_float() && std::isfinite(value.get<double>())
            && std::trunc(value.get<double>()) == value.get<double>();
    }

    bool isOfType(const json& value, std::string_view type)
    {
        if (type == "integer")
            return isInteger(value);
        if (type == "number")
            return value.is_number();
        if (type == "string")
            return value.is_string();
        if (type == "boolean")
            return value.is_boolean();
        if (type == "object")
            return value.is_object();
        if (type == "array")
            return value.is_array();
        if (type == "null")
            return value.is_null();
        return true; // no type of JSON schema: not for us to judge
    }

    /// The number of characters, as schemas count.
    std::size_t lengthOf(std::string_view text)
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }

    /// All strings under `pattern` and all names under `patternProperties`, compiled once. Walks
    /// with a list of its own: schemas of strangers are as deep as a parser lets them be.
    Patterns patternsIn(const json& schema)
    {
        Patterns patterns;
        const auto add = [&](const std::string& source) {
            auto pattern = TextPattern::regex(source, "");
            patterns.emplace(source, pattern ? std::optional(std::move(*pattern)) : std::nullopt);
        };
        std::vector<const json*> open {&schema};
        while (!open.empty()) {
            const json& at = *open.back();
            open.pop_back();
            if (at.is_object()) {
                if (const auto own = at.find("pattern"); own != at.end() && own->is_string())
                    add(own->get<std::string>());
                const auto named = at.find("patternProperties");
                if (named != at.end() && named->is_object()) {
                    for (const auto& [name, of] : named->items())
                        add(name);
                }
            }
            for (const json& child : at) {
                if (child.is_structured())
                    open.push_back(&child);
            }
        }
        return patterns;
    }

    /// Checks one value. Recurses no deeper than kMaxDepth.
    class SchemaChecker
    {
    public:
        SchemaChecker(const json& root, const Patterns& patterns, std::string_view name)
            : m_root(root)
            , m_patterns(patterns)
            , m_path {std::string(name)}
        { }

        [[nodiscard]] bool isExhausted() const { return m_steps > kMaxSteps; }

        void check(const json& schema, const json& value, Complaints& to)
        {
            if (schema.is_boolean() && !schema.get<bool>())
                return complain(to, "this must not be there");
            if (!schema.is_object() || m_depth >= kMaxDepth || isExhausted())
                return;
            ++m_depth;
            checkReference(schema, value, to);
            const std::size_t before = to.size();
            checkKind(schema, value, to);
            // Of a value of the wrong type there is nothing else to say.
            if (to.size() == before) {
                if (value.is_number())
                    checkNumber(schema, value, to);
                else if (value.is_string())
                    checkText(schema, value.get_ref<const std::string&>(), to);
                else if (value.is_array())
                    checkArray(schema, value, to);
                else if (value.is_object())
                    checkObject(schema, value, to);
                checkCombinations(schema, value, to);
            }
            --m_depth;
        }

    private:
        // What a keyword holds; null where it is not there or no such thing.

        const json* keyword(const json& schema, const char* name)
        {
            ++m_steps;
            const auto found = schema.find(name);
            return found == schema.end() ? nullptr : &*found;
        }

        const json* list(const json& schema, const char* name)
        {
            const json* found = keyword(schema, name);
            return found != nullptr && found->is_array() ? found : nullptr;
        }

        const json* object(const json& schema, const char* name)
        {
            const json* found = keyword(schema, name);
            return found != nullptr && found->is_object() ? found : nullptr;
        }

        std::optional<double> number(const json& schema, const char* name)
        {
            const json* found = keyword(schema, name);
            return found != nullptr && found->is_number() ? std::optional(found->get<double>())
                                                          : std::nullopt;
        }

        static std::string shown(double number) { return tracestore::toJsonText(whole(number)); }

        static json whole(double number)
        {
            const bool fits = std::trunc(number) == number && std::abs(number) < 1e15;
            return fits ? json(static_cast<std::int64_t>(number)) : json(number);
        }

        void complain(Complaints& to, std::string text)
        {
            if (to.size() >= JsonSchema::kMaxComplaints)
                return;
            std::string place;
            for (const std::string& step : m_path)
                place += step;
            to.push_back({m_path.size(), std::move(place), std::move(text)});
        }

        void checkBelow(const json& schema, const json& value, std::string step, Complaints& to)
        {
            m_path.push_back(std::move(step));
            check(schema, value, to);
            m_path.pop_back();
        }

        bool fits(const json& schema, const json& value)
        {
            Complaints complaints;
            check(schema, value, complaints);
            return complaints.empty();
        }

        // References.

        void checkReference(const json& schema, const json& value, Complaints& to)
        {
            const json* reference = keyword(schema, "$ref");
            if (reference == nullptr || !reference->is_string())
                return;
            const auto& text = reference->get_ref<const std::string&>();
            if (!text.starts_with('#'))
                return;
            const std::string pointer = unescaped(std::string_view(text).substr(1));
            if (!pointer.empty() && pointer.front() != '/')
                return;
            if (const json* target = followPointer(pointer))
                check(*target, value, to);
        }

        /// %2F and the like of a reference are resolved before its ~1 are.
        static std::string unescaped(std::string_view text)
        {
            std::string plain;
            for (std::size_t i = 0; i < text.size(); ++i) {
                unsigned code = 0;
                if (text[i] == '%' && i + 2 < text.size()
                    && std::from_chars(&text[i + 1], &text[i + 1] + 2, code, 16).ptr
                        == &text[i + 1] + 2) {
                    plain += static_cast<char>(code);
                    i += 2;
                } else {
                    plain += text[i];
                }
            }
            return plain;
        }

        [[nodiscard]] const json* followPointer(const std::string& pointer) const
        {
            try {
                const json::json_pointer to(pointer);
                return m_root.contains(to) ? &m_root.at(to) : nullptr;
            } catch (const json::exception&) {
                return nullptr; // leads nowhere: nothing is known of it
            }
        }

        // Any value.

        void checkKind(const json& schema, const json& value, Complaints& to)
        {
            const json* type = keyword(schema, "type");
            const json* constant = keyword(schema, "const");
            const json* words = list(schema, "enum");
            bool isRight = true;
            if (type != nullptr && type->is_string())
                isRight = isOfType(value, type->get_ref<const std::string&>());
            else if (type != nullptr && type->is_array())
                isRight = std::ranges::any_of(*type, [&](const json& one) {
                    return !one.is_string() || isOfType(value, one.get_ref<const std::string&>());
                });
            if (constant != nullptr)
                isRight = isRight && *constant == value;
            if (words != nullptr) {
                m_steps += static_cast<unsigned>(words->size());
                isRight = isRight && std::ranges::find(*words, value) != words->end();
            }
            if (!isRight)
                complain(to, "expected " + expectationOf(schema) + ", got " + shownValue(value));
        }

        void checkNumber(const json& schema, const json& value, Complaints& to)
        {
            const auto with = value.get<double>();
            const auto minimum = number(schema, "minimum");
            const auto maximum = number(schema, "maximum");
            const bool isAbove = isSet(schema, "exclusiveMinimum");
            const bool isBelow = isSet(schema, "exclusiveMaximum");
            const auto above = isAbove && minimum ? minimum : number(schema, "exclusiveMinimum");
            const auto below = isBelow && maximum ? maximum : number(schema, "exclusiveMaximum");
            const std::string got = ", got " + shownValue(value);
            if (minimum && with < *minimum)
                complain(to, "expected a number from " + shown(*minimum) + got);
            if (maximum && with > *maximum)
                complain(to, "expected a number up to " + shown(*maximum) + got);
            if (above && with <= *above)
                complain(to, "expected a number above " + shown(*above) + got);
            if (below && with >= *below)
                complain(to, "expected a number below " + shown(*below) + got);
            const auto step = number(schema, "multipleOf");
            if (step && *step > 0) {
                const double share = with / *step;
                if (std::abs(share - std::round(share)) > 1e-9 * std::max(1.0, std::abs(share)))
                    complain(to, "expected a multiple of " + shown(*step) + got);
            }
        }

        /// `exclusiveMinimum: true`, as draft 4 has it.
        bool isSet(const json& schema, const char* name)
        {
            const json* found = keyword(schema, name);
            return found != nullptr && found->is_boolean() && found->get<bool>();
        }

        void checkText(const json& schema, const std::string& text, Complaints& to)
        {
            const auto shortest = number(schema, "minLength");
            const auto longest = number(schema, "maxLength");
            if (shortest || longest) {
                const auto length = static_cast<double>(lengthOf(text));
                if (shortest && length < *shortest)
                    complain(to,
                             "expected at least " + shown(*shortest) + " characters, got "
                                 + shown(length));
                if (longest && length > *longest)
                    complain(to,
                             "expected at most " + shown(*longest) + " characters, got "
                                 + shown(length));
            }
            const json* pattern = keyword(schema, "pattern");
            if (pattern == nullptr || !pattern->is_string())
                return;
            const auto& source = pattern->get_ref<const std::string&>();
            if (!matches(source, text))
                complain(
                    to, "expected a string that matches /" + source + "/, got " + shownValue(text));
        }

        bool matches(const std::string& source, const std::string& text)
        {
            m_steps += static_cast<unsigned>(text.size() >> 10U);
            const auto pattern = m_patterns.find(source);
            return pattern == m_patterns.end() || !pattern->second
                || pattern->second->matches(text);
        }

        // Arrays.

        void checkArray(const json& schema, const json& value, Complaints& to)
        {
            checkCount(schema, "minItems", "maxItems", value.size(), "element", to);
            const json* tuple = list(schema, "prefixItems");
            const json* items = keyword(schema, "items");
            if (tuple == nullptr && items != nullptr && items->is_array()) {
                tuple = items; // before 2020-12
                items = keyword(schema, "additionalItems");
            }
            const std::size_t fixed = tuple == nullptr ? 0 : tuple->size();
            for (std::size_t i = 0; i < value.size() && !isFull(to); ++i) {
                const json* of = i < fixed ? &(*tuple)[i] : items;
                if (of != nullptr)
                    checkBelow(*of, value[i], '[' + std::to_string(i) + ']', to);
            }
            if (isSet(schema, "uniqueItems"))
                checkUnique(value, to);
            if (const json* contained = keyword(schema, "contains"))
                checkContains(schema, *contained, value, to);
        }

        void checkCount(const json& schema,
                        const char* least,
                        const char* most,
                        std::size_t count,
                        const std::string& of,
                        Complaints& to)
        {
            const auto minimum = number(schema, least);
            const auto maximum = number(schema, most);
            const auto has = static_cast<double>(count);
            const std::string got = ", got " + shown(has);
            const auto words = [&](double limit) {
                return shown(limit) + ' ' + of + (limit == 1 ? "" : "s") + got;
            };
            if (minimum && has < *minimum)
                complain(to, "expected at least " + words(*minimum));
            if (maximum && has > *maximum)
                complain(to, "expected at most " + words(*maximum));
        }

        void checkUnique(const json& value, Complaints& to)
        {
            std::vector<const json*> sorted;
            for (const json& element : value)
                sorted.push_back(&element);
            std::ranges::sort(sorted, [](const json* a, const json* b) { return *a < *b; });
            const auto twice = std::ranges::adjacent_find(
                sorted, [](const json* a, const json* b) { return *a == *b; });
            if (twice != sorted.end())
                complain(to, "expected no element twice, but " + shownValue(**twice) + " is");
        }

        void
        checkContains(const json& schema, const json& contained, const json& value, Complaints& to)
        {
            std::size_t count = 0;
            for (const json& element : value)
                count += fits(contained, element) ? 1U : 0U;
            const double least = number(schema, "minContains").value_or(1);
            const auto most = number(schema, "maxContains");
            const auto has = static_cast<double>(count);
            if (has < least || (most && has > *most))
                complain(to,
                         "expected " + shown(has < least ? least : *most) + " elements to be "
                             + expectationOf(contained) + ", " + shown(has) + " are");
        }

        // Objects.

        void checkObject(const json& schema, const json& value, Complaints& to)
        {
            const json* properties = object(schema, "properties");
            checkCount(schema, "minProperties", "maxProperties", value.size(), "field", to);
            if (const json* required = list(schema, "required"))
                checkRequired(*required, properties, value, to);
            if (const json* names = keyword(schema, "propertyNames")) {
                for (const auto& [name, of] : value.items())
                    checkBelow(*names, json(name), " (the name \"" + name + "\")", to);
            }
            checkProperties(schema, properties, value, to);
            checkDependent(schema, value, to);
        }

        void checkRequired(const json& required,
                           const json* properties,
                           const json& value,
                           Complaints& to)
        {
            for (const json& name : required) {
                ++m_steps;
                if (!name.is_string() || value.contains(name.get_ref<const std::string&>()))
                    continue;
                const auto& text = name.get_ref<const std::string&>();
                std::string expected;
                if (properties != nullptr && properties->contains(text))
                    expected = " (expected " + expectationOf((*properties)[text]) + ")";
                complain(to, "the field \"" + text + "\" is missing" + expected);
            }
        }

        void checkProperties(const json& schema,
                             const json* properties,
                             const json& value,
                             Complaints& to)
        {
            const json* patterned = object(schema, "patternProperties");
            const json* others = keyword(schema, "additionalProperties");
            for (const auto& [name, member] : value.items()) {
                if (isFull(to))
                    return;
                bool isKnown = false;
                if (properties != nullptr && properties->contains(name)) {
                    isKnown = true;
                    checkBelow((*properties)[name], member, stepTo(name), to);
                }
                if (patterned != nullptr) {
                    for (const auto& [source, of] : patterned->items()) {
                        if (!matches(source, name))
                            continue;
                        isKnown = true;
                        checkBelow(of, member, stepTo(name), to);
                    }
                }
                if (isKnown || others == nullptr)
                    continue;
                if (others->is_boolean() && !others->get<bool>())
                    complainOfUnknown(name, properties, to);
                else
                    checkBelow(*others, member, stepTo(name), to);
            }
        }

        void complainOfUnknown(const std::string& name, const json* properties, Complaints& to)
        {
            std::vector<std::string> names;
            if (properties != nullptr) {
                for (const auto& [known, of] : properties->items())
                    names.push_back(known);
            }
            const std::string_view near
                = tracestore::nearestWord(name, {names.begin(), names.end()});
            std::string hint;
            if (!near.empty()) {
                hint = "; did you mean \"" + std::string(near) + "\"?";
            } else {
                for (const std::string& known : names)
                    hint += (hint.empty() ? "; there are " : ", ") + known;
            }
            complain(to, "there is no field \"" + name + '"' + hint);
        }

        static std::string stepTo(const std::string& name)
        {
            const bool isPlain = !name.empty() && std::ranges::all_of(name, [](char c) {
                return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_' || c == '-';
            });
            return isPlain ? '.' + name : '.' + tracestore::quoteJson(name);
        }

        void checkDependent(const json& schema, const json& value, Complaints& to)
        {
            for (const char* keywordName : {"dependentRequired", "dependencies"}) {
                const json* dependent = object(schema, keywordName);
                if (dependent == nullptr)
                    continue;
                for (const auto& [name, names] : dependent->items()) {
                    if (value.contains(name) && names.is_array())
                        checkRequired(names, nullptr, value, to);
                    else if (value.contains(name))
                        check(names, value, to);
                }
            }
            if (const json* dependent = object(schema, "dependentSchemas")) {
                for (const auto& [name, of] : dependent->items()) {
                    if (value.contains(name))
                        check(of, value, to);
                }
            }
        }

        // Combinations.

        void checkCombinations(const json& schema, const json& value, Complaints& to)
        {
            if (const json* all = list(schema, "allOf")) {
                for (const json& one : *all)
                    check(one, value, to);
            }
            if (const json* any = list(schema, "anyOf"))
                checkAlternatives(*any, value, false, to);
            if (const json* one = list(schema, "oneOf"))
                checkAlternatives(*one, value, true, to);
            if (const json* forbidden = keyword(schema, "not");
                forbidden && fits(*forbidden, value))
                complain(to, shownValue(value) + " is not allowed here");
            if (const json* condition = keyword(schema, "if")) {
                const json* then = keyword(schema, fits(*condition, value) ? "then" : "else");
                if (then != nullptr)
                    check(*then, value, to);
            }
        }

        void checkAlternatives(const json& schemas, const json& value, bool isOne, Complaints& to)
        {
            std::size_t fitting = 0;
            std::string expected;
            Complaints deepest;
            for (const json& schema : schemas) {
                Complaints complaints;
                check(schema, value, complaints);
                if (complaints.empty()) {
                    ++fitting;
                    if (!isOne)
                        return;
                    continue;
                }
                expected += (expected.empty() ? "" : " or ") + expectationOf(schema);
                // The alternative that got furthest is the one that was meant.
                if (deepest.empty() || complaints.front().depth > deepest.front().depth)
                    deepest = std::move(complaints);
            }
            if (fitting == 1 || schemas.empty() || isExhausted())
                return;
            if (fitting > 1)
                return complain(to,
                                shownValue(value) + " fits " + std::to_string(fitting)
                                    + " of the alternatives, and may fit only one");
            const bool isInside = deepest.front().depth > m_path.size() || value.is_object();
            if (isInside)
                to.insert(to.end(), deepest.begin(), deepest.end());
            else
                complain(to, "expected " + expected + ", got " + shownValue(value));
        }

        [[nodiscard]] bool isFull(const Complaints& to) const
        {
            return to.size() >= JsonSchema::kMaxComplaints || isExhausted();
        }

        const json& m_root;
        const Patterns& m_patterns;
        std::vector<std::string> m_path;
        unsigned m_depth = 0;
        unsigned m_steps = 0;
    };

} // namespace

struct JsonSchema::Compiled
{
    json schema;
    Patterns patterns;
};

JsonSchema::JsonSchema()
    : m_compiled(std::make_shared<Compiled>(Compiled {{{"type", "object"}}, {}}))
{ }

Result<JsonSchema> JsonSchema::parse(std::string_view text)
{
    auto schema = tracestore::parseJson(text, {.depth = 100, .bytes = kMaxSchemaBytes});
    if (!schema)
        return fail(std::move(schema).error().in("the schema"));
    if (!schema->is_object() && !schema->is_boolean())
        return fail(ErrorCode::Invalid, "A JSON schema is an object.");
    Patterns patterns = patternsIn(*schema);
    JsonSchema read;
    read.m_compiled
        = std::make_shared<Compiled>(Compiled {std::move(*schema), std::move(patterns)});
    return read;
}

Result<void> JsonSchema::check(const json& value, std::string_view root) const
{
    Complaints complaints;
    SchemaChecker checker(m_compiled->schema, m_compiled->patterns, root);
    checker.check(m_compiled->schema, value, complaints);
    if (checker.isExhausted())
        return fail(ErrorCode::Limit, "The schema is too involved to be checked against.");
    if (complaints.empty())
        return {};
    if (complaints.size() > kMaxComplaints)
        complaints.resize(kMaxComplaints);
    std::string text;
    for (const Complaint& complaint : complaints)
        text += (text.empty() ? "" : "\n") + complaint.place + ": " + complaint.text;
    return fail(ErrorCode::Invalid, std::move(text));
}

} // namespace engine
