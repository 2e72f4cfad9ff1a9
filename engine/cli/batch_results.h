#pragma once

#include "engine/experiment/json_line_file.h"
#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace engine::cli {

/// The file of the results of a batch: a JSON line each, safe on the disk when append() returns.
/// One batch at a time has it.
class BatchResults
{
public:
    BatchResults();

    /// Opens the file, or makes it, and reads what is done already. The beginning of a line that
    /// was being written when the program was killed is taken away. Invalid: the file holds
    /// something else, and stays as it is.
    tracestore::Result<void> open(const std::filesystem::path& file);

    /// The status words of the results that were there, by id.
    [[nodiscard]] const std::map<std::string, std::string>& done() const { return m_done; }

    tracestore::Result<void> append(const nlohmann::json& result) { return m_file.append(result); }

private:
    JsonLineFile m_file;
    std::map<std::string, std::string> m_done;
};

} // namespace engine::cli
