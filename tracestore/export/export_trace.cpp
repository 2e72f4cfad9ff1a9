#include "tracestore/export/export_trace.h"

#include "tracestore/store/file_sink.h"
#include "tracestore/store/source_files.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    std::string lowerCase(std::string text)
    {
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return text;
    }

} // namespace

Result<void>
exportTrace(const Trace& trace, const Exporter& exporter, const fs::path& path, Job& job)
{
    if (isSourceOf(trace, path))
        return fail(ErrorCode::Invalid, overwriteRefusal(path));
    auto sink = FileSink::create(path);
    if (!sink)
        return fail(std::move(sink).error());
    if (auto written = exporter.write(trace, **sink, job); !written)
        return fail(std::move(written).error().in("writing " + path.string()));
    return (*sink)->commit();
}

const Exporter* exporterFor(const ExporterRegistry& exporters, const fs::path& path)
{
    const std::string name = lowerCase(path.filename().string());
    const Exporter* best = nullptr;
    std::size_t longest = 0;
    for (const auto& exporter : exporters.entries()) {
        for (const std::string_view ending : exporter->extensions()) {
            if (name.ends_with(ending) && ending.size() > longest) {
                best = exporter.get();
                longest = ending.size();
            }
        }
    }
    return best;
}

const Exporter&
exporterMeant(const ExporterRegistry& exporters, const Exporter& chosen, fs::path& path)
{
    const std::string name = lowerCase(path.filename().string());
    const auto endsName = [&](std::string_view ending) { return name.ends_with(ending); };
    if (std::ranges::any_of(chosen.extensions(), endsName))
        return chosen;
    if (const Exporter* named = exporterFor(exporters, path))
        return *named;
    path += chosen.extensions().front();
    return chosen;
}

} // namespace tracestore
