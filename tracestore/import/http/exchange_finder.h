#pragma once

#include "tracestore/import/http/exchange_payloads.h"
#include "tracestore/import/reading/report_batch.h"

#include <map>

namespace tracestore {

class AnswerStream;

/// Finds the calls of models in files: a body, pieces of a stream, server-sent events, recordings
/// of request and answer, in one document, in lines, in a list. A request and its answer may be two
/// files whose names differ in these words.
class ExchangeFinder
{
public:
    /// `report` outlives this.
    explicit ExchangeFinder(ImportReport& report);
    ~ExchangeFinder();
    ExchangeFinder(const ExchangeFinder&) = delete;
    ExchangeFinder& operator=(const ExchangeFinder&) = delete;

    /// Scans a file's content. Cancelled by the job.
    Result<void> scan(const ImportFile& file, std::string_view text, const Job& job);

    /// The stretches of each call, in the order in which the calls begin.
    [[nodiscard]] std::vector<std::vector<ExchangePart>> take() { return std::move(m_found); }

    /// How a file that begins so tells of calls; nothing where it does not. A streamed answer is
    /// Pieces or Sse.
    static std::optional<ExchangeForm> formOfHead(std::string_view head);

    /// The name that a file of a request and that of its answer have in common; empty for others.
    static std::string pairName(const std::filesystem::path& path, std::string_view word);

private:
    void document(const RawRef& place, std::string_view text, ReportBatch& batch);
    void piece(const RawRef& place, ModelApi api, const nlohmann::json& piece);
    void endPieces();
    void add(const ExchangePart& part);

    ImportReport& m_report;
    std::vector<std::vector<ExchangePart>> m_found;
    std::map<std::string, std::size_t> m_requests; ///< that wait for an answer, by pair name

    // Of the file that is scanned.
    std::filesystem::path m_path;
    std::unique_ptr<AnswerStream> m_stream;
    ModelApi m_api = ModelApi::OpenAiChat;
    RawRef m_stretch;
};

} // namespace tracestore
