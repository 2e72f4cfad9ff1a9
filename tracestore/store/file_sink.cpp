#include "tracestore/store/file_sink.h"

namespace tracestore {

Result<std::unique_ptr<FileSink>> FileSink::create(const std::filesystem::path& path)
{
    auto file = FileReplacement::begin(path);
    if (!file)
        return fail(std::move(file).error());
    return std::unique_ptr<FileSink>(new FileSink(std::move(*file)));
}

} // namespace tracestore
