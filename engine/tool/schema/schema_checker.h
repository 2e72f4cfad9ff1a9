#pragma once

#include "engine/tool/json_schema.h"
#include "engine/tool/schema/schema_patterns.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// What does not fit, and where.
struct SchemaComplaint
{
    std::size_t depth = 0; ///< of the place: how many steps below the root
    std::string place;
    std::string text;
};

using SchemaComplaints = std::vector<SchemaComplaint>;

/// Checks one value. Recurses no deeper than a fixed number of schemas. A file for each kind of
/// keywords.
class SchemaChecker
{
public:
    /// Both outlive this. `name` is what the value is called.
    SchemaChecker(const nlohmann::json& root, const SchemaPatterns& patterns, std::string_view name)
        : m_root(root)
        , m_patterns(patterns)
        , m_path {std::string(name)}
    { }

    /// It took too many steps: what was found is not all.
    [[nodiscard]] bool isExhausted() const;

    void check(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);

private:
    // What a keyword holds; null where it is not there or no such thing.

    const nlohmann::json* keyword(const nlohmann::json& schema, const char* name);
    const nlohmann::json* list(const nlohmann::json& schema, const char* name);
    const nlohmann::json* object(const nlohmann::json& schema, const char* name);
    std::optional<double> number(const nlohmann::json& schema, const char* name);
    /// `exclusiveMinimum: true`, as draft 4 has it.
    bool isSet(const nlohmann::json& schema, const char* name);
    static std::string shown(double number);
    void complain(SchemaComplaints& to, std::string text);
    void checkBelow(const nlohmann::json& schema,
                    const nlohmann::json& value,
                    std::string step,
                    SchemaComplaints& to);
    bool fits(const nlohmann::json& schema, const nlohmann::json& value);
    bool matches(const std::string& source, const std::string& text);
    [[nodiscard]] bool isFull(const SchemaComplaints& to) const;
    void checkKind(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);
    void checkCount(const nlohmann::json& schema,
                    const char* least,
                    const char* most,
                    std::size_t count,
                    const std::string& of,
                    SchemaComplaints& to);
    void
    checkReference(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);
    [[nodiscard]] const nlohmann::json* followPointer(const std::string& pointer) const;
    void
    checkNumber(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);
    void checkText(const nlohmann::json& schema, const std::string& text, SchemaComplaints& to);
    void
    checkArray(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);
    void checkUnique(const nlohmann::json& value, SchemaComplaints& to);
    void checkContains(const nlohmann::json& schema,
                       const nlohmann::json& contained,
                       const nlohmann::json& value,
                       SchemaComplaints& to);
    void
    checkObject(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);
    void checkRequired(const nlohmann::json& required,
                       const nlohmann::json* properties,
                       const nlohmann::json& value,
                       SchemaComplaints& to);
    void checkProperties(const nlohmann::json& schema,
                         const nlohmann::json* properties,
                         const nlohmann::json& value,
                         SchemaComplaints& to);
    void complainOfUnknown(const std::string& name,
                           const nlohmann::json* properties,
                           SchemaComplaints& to);
    void
    checkDependent(const nlohmann::json& schema, const nlohmann::json& value, SchemaComplaints& to);
    void checkCombinations(const nlohmann::json& schema,
                           const nlohmann::json& value,
                           SchemaComplaints& to);
    void checkAlternatives(const nlohmann::json& schemas,
                           const nlohmann::json& value,
                           bool isOne,
                           SchemaComplaints& to);

    const nlohmann::json& m_root;
    const SchemaPatterns& m_patterns;
    std::vector<std::string> m_path;
    unsigned m_depth = 0;
    unsigned m_steps = 0;
};

} // namespace engine
