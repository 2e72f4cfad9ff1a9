#include "tracestore/import/reading/record_lines.h"

#include "tracestore/base/json_scan.h"

namespace tracestore {
namespace {

    /// Lines of a sample that are looked at: a log says early what it is.
    constexpr std::size_t kMaxSniffed = 200;

    // The year 2300: what is later is no time in milliseconds.
    constexpr std::int64_t kMaxMilliseconds = 10'413'792'000'000;

    std::string messageOf(const TextLine& line, const Error& error)
    {
        // A program that still writes leaves its last line half done: that is no damage.
        return line.isEnded
            ? "The line was skipped: i" + error.message.substr(1) // "It is not valid JSON."
            : "The last line is cut off, as if the program was still writing it. Open the file "
              "again later to see it.";
    }

    class LineReader
    {
    public:
        LineReader(const ImportFile& file, TraceBuilder& builder)
            : m_file(file)
            , m_builder(builder)
        { }

        void read(const TextLine& line, const std::function<void(const RecordLine&)>& onRecord)
        {
            const auto parsed = m_dom.parseObject(line.text, true);
            RecordLine record {.text = line.text,
                               .place = {m_file.id, line.offset, line.text.size()},
                               .number = line.number};
            if (!parsed) {
                m_builder.report().add(
                    rowOf(ReportSeverity::Broken, record, {}, messageOf(line, parsed.error())));
                return;
            }
            if (m_dom.wasRepaired())
                m_builder.report().add(
                    rowOf(ReportSeverity::Guessed,
                          record,
                          {},
                          "The line holds text or numbers that JSON does not allow (broken "
                          "Unicode, control characters, NaN); they were replaced."));
            record.object = *parsed;
            onRecord(record);
        }

    private:
        const ImportFile& m_file;
        TraceBuilder& m_builder;
        JsonDom m_dom;
    };

} // namespace

Result<void> readRecordLines(const ImportFile& file,
                             TraceBuilder& builder,
                             Job& job,
                             const std::function<void(const RecordLine&)>& onRecord)
{
    const auto bytes = file.bytes->load(job);
    if (!bytes)
        return fail(bytes.error());
    LineReader reader(file, builder);
    JsonLines lines(bytes->view());
    std::uint64_t done = 0;
    while (const auto line = lines.next()) {
        if (job.isCancelled())
            return cancelled();
        reader.read(*line, onRecord);
        job.advance(line->offset + line->text.size() - done);
        done = line->offset + line->text.size();
    }
    job.advance(bytes->view().size() - done);
    return {};
}

bool anyRecord(const Sample& sample, const std::function<bool(const simdjson::dom::object&)>& isOwn)
{
    JsonDom dom;
    JsonLines lines(sample.head);
    for (std::size_t n = 0; n < kMaxSniffed; ++n) {
        const auto line = lines.next();
        if (!line)
            return false;
        const auto parsed = dom.parseObject(line->text, false);
        if (parsed && isOwn(*parsed))
            return true;
    }
    return false;
}

std::vector<std::pair<std::string_view, std::string_view>> frontMembers(std::string_view text)
{
    std::vector<std::pair<std::string_view, std::string_view>> members;
    JsonScan scan(text, [](const JsonDamage&) {});
    if (!scan.nextDocument() || scan.type() != JsonScan::Type::Object || !scan.enter())
        return members;
    while (scan.next()) {
        const bool isText = scan.type() == JsonScan::Type::String;
        const std::string_view key = scan.key();
        const auto value = scan.take();
        members.emplace_back(key,
                             isText && value && value->size() >= 2
                                 ? value->substr(1, value->size() - 2)
                                 : std::string_view());
    }
    return members;
}

ReportRow rowOf(ReportSeverity severity,
                const RecordLine& line,
                std::string_view field,
                std::string_view message)
{
    return {.severity = severity,
            .file = line.place.file.value,
            .offset = line.place.offset,
            .line = line.number,
            .field = std::string(field),
            .message = std::string(message)};
}

std::optional<Timestamp> timeAt(const simdjson::dom::object& in, const char* key)
{
    if (const std::string_view text = textAt(in, key); !text.empty())
        return parseIsoTimestamp(text);
    const auto milliseconds = numberAt(in, key);
    if (!milliseconds || *milliseconds <= 0 || *milliseconds > kMaxMilliseconds)
        return std::nullopt;
    return Timestamp {*milliseconds * 1'000'000};
}

} // namespace tracestore
