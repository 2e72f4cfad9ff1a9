#include "tracestore/import/http/exchange_reading.h"

#include "tracestore/import/http/exchange_finder.h"
#include "tracestore/import/http/exchange_log.h"
#include "tracestore/import/reading/loaded_files.h"

namespace tracestore {
namespace {

    void report(TraceBuilder& builder, const Exchange& exchange, const RawRef& place)
    {
        const auto add = [&](ReportSeverity severity, std::string_view message) {
            builder.report().add({.severity = severity,
                                  .file = place.file.value,
                                  .offset = place.offset,
                                  .message = std::string(message)});
        };
        if (exchange.isCut)
            add(ReportSeverity::Broken, "A streamed answer ends before its end.");
        if (exchange.wasRestarted)
            add(ReportSeverity::Guessed,
                "A streamed answer began again before it ended, as some proxies let it; what both "
                "say is shown as one answer.");
    }

} // namespace

Result<std::shared_ptr<const PayloadSource>>
readExchanges(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job)
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    ExchangeFinder finder(builder.report());
    for (const ImportFile& file : files) {
        if (auto done = finder.scan(file, contents->text(file.id), job); !done)
            return fail(std::move(done).error());
    }
    const auto payloads = std::make_shared<ExchangePayloads>(files);
    ExchangeLog log(builder, *payloads);
    for (const auto& parts : finder.take()) {
        if (job.isCancelled())
            return cancelled();
        Exchange exchange;
        for (const ExchangePart& part : parts) {
            // What could not be read was reported when it was found.
            static_cast<void>(
                readExchange(contents->text(part.place), part.form, exchange).has_value());
            job.advance(part.place.length);
        }
        report(builder, exchange, parts.front().place);
        log.add(exchange, parts);
    }
    log.finish();
    if (builder.spanCount() == 0)
        return fail(ErrorCode::Corrupt,
                    "Not one request or answer of a model in the file can be read."
                        + (builder.report().rows().empty()
                               ? std::string()
                               : " " + builder.report().rows().front().message));
    return std::shared_ptr<const PayloadSource>(payloads);
}

} // namespace tracestore
