#include "engine/cli/batch_results.h"

#include "tracestore/base/json_io.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    /// What every line begins with: the members are in alphabetical order.
    constexpr std::string_view kLineBegin = "{\"agent\":";

    std::string memberText(const nlohmann::json& object, const char* name)
    {
        const auto member = object.find(name);
        return member != object.end() && member->is_string() ? member->get<std::string>() : "";
    }

    Result<void> systemFailure(const char* what)
    {
        return fail(ErrorCode::Io, std::string(what) + ": " + std::strerror(errno) + '.');
    }

} // namespace

BatchResults::~BatchResults()
{
    if (m_file >= 0)
        ::close(m_file);
}

Result<void> BatchResults::open(const std::filesystem::path& file)
{
    m_file = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (m_file < 0)
        return systemFailure("The results cannot be written");
    if (::flock(m_file, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::Io, "Another batch is writing its results there.");
    return readDone(file);
}

Result<void> BatchResults::readDone(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    const std::string text {std::istreambuf_iterator<char>(stream), {}};
    const std::size_t whole = text.rfind('\n') + 1; // 0 where there is no line
    for (std::size_t at = 0; at < whole;) {
        const std::size_t end = text.find('\n', at);
        const auto value = tracestore::parseJson(std::string_view(text).substr(at, end - at));
        at = end + 1;
        const bool isResult = value && value->is_object() && value->contains("id")
            && (*value)["id"].is_string() && !memberText(*value, "status").empty();
        if (!isResult)
            return fail(ErrorCode::Invalid, "It is there already and holds no results of a batch.");
        m_done[memberText(*value, "id")] = memberText(*value, "status");
    }
    const std::string_view rest = std::string_view(text).substr(whole);
    if (!rest.starts_with(kLineBegin) && !kLineBegin.starts_with(rest))
        return fail(ErrorCode::Invalid, "It is there already and holds no results of a batch.");
    if (!rest.empty() && ::ftruncate(m_file, static_cast<off_t>(whole)) != 0)
        return systemFailure("Half a line at its end cannot be taken away");
    return {};
}

Result<void> BatchResults::append(const nlohmann::json& result)
{
    const std::string line = tracestore::toJsonText(result) + '\n';
    for (std::size_t written = 0; written < line.size();) {
        const ssize_t count = ::write(m_file, line.data() + written, line.size() - written);
        if (count < 0 && errno != EINTR)
            return systemFailure("The results cannot be written");
        written += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return ::fdatasync(m_file) == 0 ? Result<void>() : systemFailure("The results cannot be saved");
}

} // namespace engine::cli
