#pragma once

#include "tracestore/base/job.h"

#include <filesystem>
#include <memory>
#include <string>

namespace engine::cli {

/// What came on standard input, in a file that only this user can read and that goes, with its
/// folder, when this object goes.
class StandardInputFile
{
public:
    /// Reads standard input to its end, unpacked. Invalid: nothing came.
    static tracestore::Result<std::unique_ptr<StandardInputFile>> take(tracestore::Job& job);

    StandardInputFile(const StandardInputFile&) = delete;
    StandardInputFile& operator=(const StandardInputFile&) = delete;
    ~StandardInputFile();

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

    /// Empty, or why what came packed ends early.
    [[nodiscard]] const std::string& damage() const { return m_damage; }

private:
    explicit StandardInputFile(std::filesystem::path path, std::string damage)
        : m_path(std::move(path))
        , m_damage(std::move(damage))
    { }

    std::filesystem::path m_path;
    std::string m_damage;
};

} // namespace engine::cli
