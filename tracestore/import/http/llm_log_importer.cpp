#include "tracestore/import/http/llm_log_importer.h"

#include "tracestore/import/http/exchange_finder.h"
#include "tracestore/import/http/exchange_reading.h"

namespace tracestore {

bool LlmLogImporter::sniff(const Sample& sample) const
{
    const auto form = ExchangeFinder::formOfHead(sample.head);
    return form == ExchangeForm::LlmLog || form == ExchangeForm::LoggingPayload;
}

Result<std::shared_ptr<const PayloadSource>>
LlmLogImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readExchanges(files, builder, job);
}

} // namespace tracestore
