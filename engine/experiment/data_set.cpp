#include "engine/experiment/data_set.h"

#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>
#include <set>

namespace engine {

using nlohmann::json;
using tracestore::Error;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::array<std::string_view, 5> kTaskMembers {
        "id", "input", "expected", "tags", "recording"};

    Result<std::string> taskId(const json& line, std::size_t number)
    {
        const json id = line.value("id", json());
        if (id.is_null())
            return std::to_string(number);
        if (id.is_number_integer())
            return id.dump();
        if (id.is_string() && !id.get<std::string>().empty())
            return id.get<std::string>();
        return fail(ErrorCode::Invalid, "`id` is a text or a whole number.");
    }

    Result<std::vector<std::string>> taskTags(const json& line)
    {
        const json list = line.value("tags", json::array());
        const bool isList = list.is_array()
            && std::ranges::all_of(list, [](const json& tag) { return tag.is_string(); });
        if (!isList)
            return fail(ErrorCode::Invalid, "`tags` is a list of texts, such as [\"refund\"].");
        return list.get<std::vector<std::string>>();
    }

    Result<ExperimentTask>
    taskOf(std::string_view text, std::size_t number, const std::filesystem::path& folder)
    {
        const auto line = tracestore::parseJson(text);
        const bool hasInput
            = line && line->is_object() && line->contains("input") && (*line)["input"].is_string();
        if (!hasInput)
            return fail(ErrorCode::Invalid,
                        "Expected an object with `input`, a text, such as {\"input\": \"...\"}.");
        for (const auto& [name, value] : line->items()) {
            if (std::ranges::find(kTaskMembers, name) == kTaskMembers.end())
                return fail(ErrorCode::Invalid,
                            "A task has no `" + name
                                + "`: it has id, input, expected, tags and recording. What scorers "
                                  "need goes into `expected`.");
        }
        auto id = taskId(*line, number);
        if (!id)
            return fail(std::move(id).error());
        auto tags = taskTags(*line);
        if (!tags)
            return fail(std::move(tags).error());
        const json recording = line->value("recording", json(""));
        if (!recording.is_string())
            return fail(ErrorCode::Invalid, "`recording` is the path of a .kymo file.");
        ExperimentTask task {.id = std::move(*id),
                             .input = (*line)["input"].get<std::string>(),
                             .expected = line->value("expected", json()),
                             .tags = std::move(*tags),
                             .recording = {}};
        if (!recording.get<std::string>().empty())
            task.recording = folder / recording.get<std::string>();
        return task;
    }

} // namespace

Result<std::vector<ExperimentTask>> readDataSet(std::string_view text,
                                                const std::filesystem::path& folder)
{
    std::vector<ExperimentTask> tasks;
    std::set<std::string> ids;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        auto task = taskOf(line, number, folder);
        if (!task)
            return fail(std::move(task.error()).in(std::to_string(number)));
        if (!ids.insert(task->id).second)
            return fail(Error {ErrorCode::Invalid,
                               "Another line has the id `" + task->id + "`.",
                               std::to_string(number)});
        tasks.push_back(std::move(*task));
    }
    if (tasks.empty())
        return fail(ErrorCode::Invalid, "There is no task in it.");
    return tasks;
}

json toJson(const ExperimentTask& task)
{
    json line {{"id", task.id}, {"input", task.input}};
    if (!task.expected.is_null())
        line["expected"] = task.expected;
    if (!task.tags.empty())
        line["tags"] = task.tags;
    if (!task.recording.empty())
        line["recording"] = task.recording.string();
    return line;
}

} // namespace engine
