#include "tracestore/store/source_files.h"

#include <algorithm>

namespace tracestore {

bool isSourceOf(const Trace& trace, const std::filesystem::path& path)
{
    return std::ranges::any_of(trace.origin().files, [&](const std::string& file) {
        std::error_code notThere;
        return path == file || std::filesystem::equivalent(path, file, notThere);
    });
}

std::string overwriteRefusal(const std::filesystem::path& path)
{
    return path.string()
        + " is the file that is being read; it is never written over. Name another.";
}

} // namespace tracestore
