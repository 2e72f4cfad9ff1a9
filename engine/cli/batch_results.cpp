#include "engine/cli/batch_results.h"

#include <nlohmann/json.hpp>

namespace engine::cli {

using tracestore::Result;

namespace {

    std::string memberText(const nlohmann::json& object, const char* name)
    {
        const auto member = object.find(name);
        return member != object.end() && member->is_string() ? member->get<std::string>() : "";
    }

} // namespace

// What every line begins with: the members are in alphabetical order.
BatchResults::BatchResults()
    : m_file({.busy = "Another batch is writing its results there.",
              .foreign = "It is there already and holds no results of a batch.",
              .begin = "{\"agent\":"})
{ }

Result<void> BatchResults::open(const std::filesystem::path& file)
{
    return m_file.open(file, [this](const nlohmann::json& line) {
        const bool isResult = line.is_object() && line.contains("id") && line["id"].is_string()
            && !memberText(line, "status").empty();
        if (isResult)
            m_done[memberText(line, "id")] = memberText(line, "status");
        return isResult;
    });
}

} // namespace engine::cli
