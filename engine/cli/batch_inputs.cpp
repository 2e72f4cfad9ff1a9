#include "engine/cli/batch_inputs.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <set>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    Result<BatchInput> batchInput(std::string_view line, std::size_t number)
    {
        const auto value = tracestore::parseJson(line);
        const auto member = [&](const char* name) {
            return value && value->is_object() ? value->value(name, nlohmann::json())
                                               : nlohmann::json();
        };
        const nlohmann::json input = member("input");
        if (!input.is_string())
            return fail(ErrorCode::Invalid,
                        "Expected an object with `input`, a text, such as {\"input\": \"...\"}.");
        const nlohmann::json id = member("id");
        if (!id.is_null() && !id.is_string() && !id.is_number_integer())
            return fail(ErrorCode::Invalid, "`id` is a text or a whole number.");
        return BatchInput {id.is_null()         ? std::to_string(number)
                               : id.is_string() ? id.get<std::string>()
                                                : id.dump(),
                           input.get<std::string>()};
    }

} // namespace

Result<std::vector<BatchInput>> readBatchInputs(std::string_view text)
{
    std::vector<BatchInput> inputs;
    std::set<std::string> ids;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        auto input = batchInput(line, number);
        if (!input)
            return fail(std::move(input.error()).in(std::to_string(number)));
        if (!ids.insert(input->id).second)
            return fail(tracestore::Error {ErrorCode::Invalid,
                                           "Another line has the id `" + input->id + "`.",
                                           std::to_string(number)});
        inputs.push_back(std::move(*input));
    }
    return inputs;
}

} // namespace engine::cli
