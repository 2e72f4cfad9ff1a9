#include "tracestore/import/http/http_importer.h"

#include "tracestore/import/http/exchange_finder.h"
#include "tracestore/import/http/exchange_reading.h"

namespace tracestore {

bool HttpImporter::sniff(const Sample& sample) const
{
    const auto form = ExchangeFinder::formOfHead(sample.head);
    return form && form != ExchangeForm::LlmLog && form != ExchangeForm::LoggingPayload;
}

std::vector<std::filesystem::path> HttpImporter::companions(const std::filesystem::path& path) const
{
    for (const auto& [word, other] :
         {std::pair<std::string_view, std::string_view> {"request", "response"},
          {"response", "request"}}) {
        const std::string name = path.filename().string();
        const std::size_t at = name.rfind(word);
        if (at == std::string::npos)
            continue;
        for (const std::string_view extension : {".json", ".sse", ".txt"}) {
            const auto companion = path.parent_path()
                / (name.substr(0, at) + std::string(other) + std::string(extension));
            std::error_code ignored;
            if (std::filesystem::is_regular_file(companion, ignored))
                return {companion};
        }
    }
    return {};
}

Result<std::shared_ptr<const PayloadSource>>
HttpImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readExchanges(files, builder, job);
}

} // namespace tracestore
