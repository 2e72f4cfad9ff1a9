#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace engine {

/// Reads the members of one entry of a debugger's file. The first thing that makes no sense is
/// kept, and every member that nobody asked for is one: a misspelt condition must not be lost.
class JsonEntry
{
public:
    explicit JsonEntry(const nlohmann::json& value);

    /// Each leaves `to` as it is where there is no such member.
    void read(const char* name, std::string& to);
    void read(const char* name, bool& to);
    void read(const char* name, double& to);

    /// Whole, not negative, and no greater than its type can hold.
    template<class Number>
    void readCount(const char* name, Number& to)
    {
        const nlohmann::json* value = member(name);
        if (value == nullptr)
            return;
        if (!value->is_number_unsigned()
            || value->get<std::uint64_t>() > std::numeric_limits<Number>::max())
            return refuse(name, "a whole number");
        to = static_cast<Number>(value->get<std::uint64_t>());
    }

    /// Null where it is not there.
    const nlohmann::json* member(const char* name);

    void refuse(const std::string& name, const std::string& wanted);

    /// Fails with what makes no sense, if anything does.
    [[nodiscard]] tracestore::Result<void> finished() const;

private:
    const nlohmann::json& m_json;
    std::vector<std::string> m_asked;
    std::string m_problem;
};

} // namespace engine
