#include "tracestore/import/http/exchange_finder.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/http/answer_stream.h"
#include "tracestore/import/http/sse_reader.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::string_view kRequest = "request";
    constexpr std::string_view kResponse = "response";

    /// What there is of an object that may be cut: whole members, and what tells the shape of one
    /// that is not.
    json partOfObject(JsonScan& scan, int depth)
    {
        constexpr int kMaxDepth = 3;
        json object = json::object();
        if (!scan.enter())
            return object;
        while (scan.next()) {
            const std::string key(scan.key());
            const bool isHolder = key == kRequest || key == kResponse || key == "body";
            const auto type = scan.type();
            if (isHolder && type == JsonScan::Type::Object && depth < kMaxDepth) {
                object[key] = partOfObject(scan, depth + 1);
                continue;
            }
            const auto text = scan.take();
            const auto value = text ? parseJson(*text) : fail(ErrorCode::Invalid, {});
            if (value)
                object[key] = *value;
            else if (type == JsonScan::Type::Array)
                object[key] = json::array();
            else if (type == JsonScan::Type::Object)
                object[key] = json::object();
            else
                object[key] = "";
        }
        return object;
    }

    std::optional<ExchangeForm> formOfDocument(const json& document)
    {
        if (const auto form = formOf(document))
            return form;
        if (apiOfPiece(document))
            return ExchangeForm::Pieces;
        // The answer may stand behind where the head ends.
        if (document.contains(kRequest) && document[std::string(kRequest)].is_object()) {
            json whole = document;
            whole[std::string(kResponse)] = json::object();
            return formOf(whole);
        }
        return {};
    }

    std::optional<ExchangeForm> formOfSse(std::string_view head)
    {
        constexpr std::size_t kMaxEvents = 16;
        SseReader reader;
        const auto events = reader.feed(head);
        for (std::size_t i = 0; i < events.size() && i < kMaxEvents; ++i) {
            const auto data = parseJson(events[i].data);
            if (data && apiOfPiece(*data))
                return ExchangeForm::Sse;
        }
        return {};
    }

} // namespace

ExchangeFinder::ExchangeFinder(ImportReport& report)
    : m_report(report)
{ }

ExchangeFinder::~ExchangeFinder() = default;

std::optional<ExchangeForm> ExchangeFinder::formOfHead(std::string_view head)
{
    if (SseReader::isSse(head))
        return formOfSse(head);
    constexpr int kMaxDocuments = 4;
    JsonScan scan(head, [](const JsonDamage&) {});
    for (int i = 0; i < kMaxDocuments && scan.nextDocument(); ++i) {
        if (scan.type() == JsonScan::Type::Array && (!scan.enter() || !scan.next()))
            continue;
        if (scan.type() != JsonScan::Type::Object)
            return {};
        if (const auto form = formOfDocument(partOfObject(scan, 0)))
            return form;
    }
    return {};
}

std::string ExchangeFinder::pairName(const std::filesystem::path& path, std::string_view word)
{
    const std::string name = path.filename().string();
    const std::size_t at = name.rfind(word);
    return at == std::string::npos ? std::string()
                                   : (path.parent_path() / name.substr(0, at)).string() + '\n';
}

Result<void> ExchangeFinder::scan(const ImportFile& file, std::string_view text, const Job& job)
{
    m_path = file.path;
    if (SseReader::isSse(text)) {
        add({{file.id, 0, text.size()}, ExchangeForm::Sse});
        return {};
    }
    ReportBatch batch(m_report, file.id, text);
    JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
    const auto takeDocument = [&] {
        const std::size_t offset = scan.offset();
        if (const auto json = scan.take())
            document({file.id, offset, json->size()}, *json, batch);
    };
    while (!job.isCancelled() && scan.nextDocument()) {
        if (scan.type() == JsonScan::Type::Object) {
            takeDocument();
        } else if (scan.enter()) {
            while (!job.isCancelled() && scan.next())
                takeDocument();
        }
    }
    endPieces();
    return job.isCancelled() ? Result<void>(cancelled()) : Result<void>();
}

void ExchangeFinder::document(const RawRef& place, std::string_view text, ReportBatch& batch)
{
    const auto parsed = parseJson(text);
    if (!parsed) {
        batch.add(ReportSeverity::Broken,
                  place.offset,
                  "A record cannot be read: " + parsed.error().message);
        return;
    }
    const auto pieceApi = apiOfPiece(*parsed);
    const auto form = formOf(*parsed);
    // Gemini streams answers of the shape of whole ones.
    if (pieceApi && (!form || pieceApi == ModelApi::Gemini)) {
        piece(place, *pieceApi, *parsed);
    } else if (form) {
        endPieces();
        add({place, *form});
    } else if (m_stream != nullptr && parsed->is_object() && parsed->contains("error")) {
        piece(place, m_api, *parsed);
    } else {
        batch.add(ReportSeverity::Dropped,
                  place.offset,
                  "A record is no request or answer of a model and was left out.");
    }
}

void ExchangeFinder::piece(const RawRef& place, ModelApi api, const json& piece)
{
    if (m_stream == nullptr || m_api != api || m_stream->beginsAnother(piece)) {
        endPieces();
        m_stream = AnswerStream::make(api);
        m_api = api;
        m_stretch = place;
    }
    m_stream->add(piece);
    m_stretch.length = place.offset + place.length - m_stretch.offset;
}

void ExchangeFinder::endPieces()
{
    if (m_stream == nullptr)
        return;
    m_stream.reset();
    add({m_stretch, ExchangeForm::Pieces});
}

/// A request waits for the answer in the file beside it; everything else is a call of its own.
void ExchangeFinder::add(const ExchangePart& part)
{
    if (part.form == ExchangeForm::Request) {
        if (const std::string name = pairName(m_path, kRequest); !name.empty())
            m_requests[name] = m_found.size();
    } else if (const std::string name = pairName(m_path, kResponse); !name.empty()) {
        if (const auto waiting = m_requests.find(name); waiting != m_requests.end()) {
            m_found[waiting->second].push_back(part);
            m_requests.erase(waiting);
            return;
        }
    }
    m_found.push_back({part});
}

} // namespace tracestore
