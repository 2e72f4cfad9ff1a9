#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// Goes through the whole lines of a text; half a line at its end, which was being written when the
/// program was killed, is left out. Invalid: a line is no JSON, or `take` does not want it (false);
/// `where` is its number, from 1.
tracestore::Result<void> readJsonLines(std::string_view text,
                                       const std::function<bool(const nlohmann::json&)>& take);

/// The same of a file. NotFound: there is none.
tracestore::Result<void> readJsonLines(const std::filesystem::path& file,
                                       const std::function<bool(const nlohmann::json&)>& take);

/// A file of JSON values, a line each, to which lines are added: each is safe on the disk when
/// append() returns, whatever happens to the program then. One program at a time has it.
class JsonLineFile
{
public:
    /// What the lines are called in messages, and what every line begins with, by which files of
    /// others are told apart.
    struct Kind
    {
        std::string busy; ///< the message where another program has the file
        std::string foreign; ///< the message where it holds something else
        std::string begin; ///< `{"agent":`
    };

    explicit JsonLineFile(Kind kind);
    JsonLineFile(const JsonLineFile&) = delete;
    JsonLineFile& operator=(const JsonLineFile&) = delete;
    ~JsonLineFile();

    /// Opens the file, or makes it, and gives what is there to `take`, which says whether the value
    /// is one of the kind. The beginning of a line that was being written when the program was
    /// killed is taken away. Invalid: the file holds something else, and stays as it is.
    tracestore::Result<void> open(const std::filesystem::path& file,
                                  const std::function<bool(const nlohmann::json&)>& take);

    tracestore::Result<void> append(const nlohmann::json& value);

    /// Puts these lines in the place of all that is there: readers have the old or the new ones.
    tracestore::Result<void> replace(const std::vector<nlohmann::json>& values);

private:
    tracestore::Result<void> lock();
    tracestore::Result<void> cutHalfLine(std::string_view text);

    Kind m_kind;
    std::filesystem::path m_path;
    int m_file = -1;
};

} // namespace engine
