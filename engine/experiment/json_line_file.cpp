#include "engine/experiment/json_line_file.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>

namespace engine {

using tracestore::Error;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    Result<void> lineFileFailure(const char* what)
    {
        return fail(ErrorCode::Io, std::string(what) + ": " + std::strerror(errno) + '.');
    }

    std::string wholeText(const std::filesystem::path& file)
    {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    Result<void> writeLine(int file, const nlohmann::json& value)
    {
        const std::string line = tracestore::toJsonText(value) + '\n';
        for (std::size_t written = 0; written < line.size();) {
            const ssize_t count = ::write(file, line.data() + written, line.size() - written);
            if (count < 0 && errno != EINTR)
                return lineFileFailure("The results cannot be written");
            written += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
        return {};
    }

    Result<void> syncFile(int file)
    {
        return ::fdatasync(file) == 0 ? Result<void>()
                                      : lineFileFailure("The results cannot be saved");
    }

} // namespace

Result<void> readJsonLines(std::string_view text,
                           const std::function<bool(const nlohmann::json&)>& take)
{
    text = text.substr(0, text.rfind('\n') + 1); // nothing where there is no whole line
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const auto value = tracestore::parseJson(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (!value || !take(*value))
            return fail(Error {ErrorCode::Invalid,
                               value ? "It holds something else." : value.error().message,
                               std::to_string(number)});
    }
    return {};
}

Result<void> readJsonLines(const std::filesystem::path& file,
                           const std::function<bool(const nlohmann::json&)>& take)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        return fail(ErrorCode::NotFound, file.string() + " is not there.");
    return readJsonLines(std::string_view(wholeText(file)), take);
}

JsonLineFile::JsonLineFile(Kind kind)
    : m_kind(std::move(kind))
{ }

JsonLineFile::~JsonLineFile()
{
    if (m_file >= 0)
        ::close(m_file);
}

Result<void> JsonLineFile::lock()
{
    if (::flock(m_file, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::Io, m_kind.busy);
    return {};
}

Result<void> JsonLineFile::open(const std::filesystem::path& file,
                                const std::function<bool(const nlohmann::json&)>& take)
{
    m_path = file;
    m_file = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (m_file < 0)
        return lineFileFailure("The results cannot be written");
    if (auto locked = lock(); !locked)
        return locked;
    const std::string text = wholeText(file);
    if (!readJsonLines(std::string_view(text), take))
        return fail(ErrorCode::Invalid, m_kind.foreign);
    return cutHalfLine(text);
}

Result<void> JsonLineFile::cutHalfLine(std::string_view text)
{
    const std::size_t whole = text.rfind('\n') + 1; // 0 where there is no line
    const std::string_view rest = text.substr(whole);
    if (!rest.starts_with(m_kind.begin) && !std::string_view(m_kind.begin).starts_with(rest))
        return fail(ErrorCode::Invalid, m_kind.foreign);
    if (!rest.empty() && ::ftruncate(m_file, static_cast<off_t>(whole)) != 0)
        return lineFileFailure("Half a line at its end cannot be taken away");
    return {};
}

Result<void> JsonLineFile::append(const nlohmann::json& value)
{
    if (auto written = writeLine(m_file, value); !written)
        return written;
    return syncFile(m_file);
}

Result<void> JsonLineFile::replace(const std::vector<nlohmann::json>& values)
{
    const std::string next = m_path.string() + ".new";
    const int file = ::open(next.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0)
        return lineFileFailure("The results cannot be written");
    const int old = std::exchange(m_file, file);
    ::flock(m_file, LOCK_EX | LOCK_NB); // before others can see it
    Result<void> done;
    for (std::size_t i = 0; done && i < values.size(); ++i)
        done = writeLine(m_file, values[i]);
    if (done)
        done = syncFile(m_file);
    if (done && ::rename(next.c_str(), m_path.c_str()) != 0)
        done = lineFileFailure("The results cannot be written");
    // Where it failed the old lines are still what counts.
    ::close(done ? old : std::exchange(m_file, old));
    return done;
}

} // namespace engine
