#include "engine/cli/standard_input.h"

#include "tracestore/store/byte_source.h"
#include "tracestore/store/file_sink.h"

#include <cerrno>
#include <cstring>
#include <stdlib.h>

namespace engine::cli {

using tracestore::ByteSource;
using tracestore::ErrorCode;
using tracestore::FileSink;
using tracestore::Job;
using tracestore::Result;

namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kReadPiece = std::uint64_t {1} << 20U;

    Result<void> copy(const ByteSource& from, FileSink& to, Job& job)
    {
        for (std::uint64_t at = 0; at < from.size(); at += kReadPiece) {
            if (job.isCancelled())
                return tracestore::cancelled();
            const auto bytes = from.read(at, std::min(kReadPiece, from.size() - at));
            if (!bytes)
                return fail(bytes.error());
            if (auto written = to.write(*bytes); !written)
                return written;
        }
        return to.commit();
    }

} // namespace

Result<std::unique_ptr<StandardInputFile>> StandardInputFile::take(Job& job)
{
    const auto source = ByteSource::open("-", job);
    if (!source)
        return fail(source.error());
    if ((*source)->size() == 0)
        return fail(ErrorCode::Invalid, "Nothing came on standard input.");
    std::error_code none;
    std::string folder = fs::temp_directory_path(none).string() + "/kymo-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        return fail(ErrorCode::Io,
                    "Cannot make a temporary folder: " + std::string(std::strerror(errno)) + '.');
    std::unique_ptr<StandardInputFile> file(
        new StandardInputFile(fs::path(folder) / "standard-input", (*source)->damage()));
    auto sink = FileSink::create(file->path());
    if (!sink)
        return fail(sink.error());
    if (auto copied = copy(**source, **sink, job); !copied)
        return fail(copied.error());
    return file;
}

StandardInputFile::~StandardInputFile()
{
    std::error_code ignored;
    fs::remove_all(m_path.parent_path(), ignored);
}

} // namespace engine::cli
