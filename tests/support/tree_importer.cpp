#include "tests/support/tree_importer.h"

#include <sstream>

namespace tests {

using namespace tracestore;

namespace {

    constexpr std::string_view kFirstLine = "kymo test tree\n";
    constexpr std::int64_t kEpochNs = 1'767'225'600'000'000'000; // 2026-01-01
    constexpr std::int64_t kMs = 1'000'000;

    /// Details made of what the steps are called.
    class TreePayloads : public PayloadSource
    {
    public:
        explicit TreePayloads(std::vector<SpanDetail> details)
            : m_details(std::move(details))
        { }

        Result<SpanDetail> detail(SpanId span) const override { return m_details.at(span.index()); }

        Result<std::string> raw(SpanId) const override { return std::string("{}"); }

    private:
        std::vector<SpanDetail> m_details;
    };

    void takeField(const std::string& word, SpanRecord& record)
    {
        const std::size_t equals = word.find('=');
        if (word.front() == '[') {
            record.status
                = fromWord<SpanStatus>(word.substr(1, word.size() - 2)).value_or(record.status);
        } else if (word.ends_with("ms")) {
            record.end = Timestamp {record.start->ns + std::stoll(word) * kMs};
        } else if (word.starts_with("cost=")) {
            record.cost = Cost {std::stod(word.substr(equals + 1)), "USD", CostSource::Reported};
        } else if (word.starts_with("in=") || word.starts_with("out=")) {
            if (!record.usage)
                record.usage.emplace();
            (word.starts_with("in=") ? record.usage->input : record.usage->output)
                = std::stoll(word.substr(equals + 1));
        }
    }

    SpanDetail detailOf(const SpanRecord& record)
    {
        SpanDetail detail;
        detail.inputState = detail.outputState = ContentState::Full;
        detail.input = {{.role = Role::User, .parts = {TextPart {std::string(record.name)}}}};
        detail.output
            = {{.role = Role::Assistant, .parts = {TextPart {std::string(toWord(record.status))}}}};
        return detail;
    }

    class TreeReader
    {
    public:
        explicit TreeReader(TraceBuilder& builder)
            : m_builder(builder)
        { }

        void line(const std::string& line, std::uint64_t number, FileId file)
        {
            const std::size_t depth = line.find_first_not_of(' ') / 2;
            std::stringstream words(line);
            std::string kind;
            std::string name;
            words >> kind >> name;
            const auto known = fromWord<SpanKind>(kind);
            if (!known || depth > m_open.size()) {
                m_builder.report().add({.severity = ReportSeverity::Broken,
                                        .file = file.value,
                                        .line = number,
                                        .message = "Not a step."});
                return;
            }
            SpanRecord record {.session = SessionId(0), .kind = *known, .name = name};
            record.start = Timestamp {
                kEpochNs + static_cast<std::int64_t>(m_builder.spanCount()) * 1000 * kMs};
            record.timeSource = TimeSource::Exact;
            const std::string id = "id-" + std::to_string(m_builder.spanCount());
            record.origId = id;
            for (std::string word; words >> word;)
                takeField(word, record);
            m_open.resize(depth);
            if (depth > 0)
                record.parent = m_open.back();
            m_open.push_back(m_builder.addSpan(record));
            m_details.push_back(detailOf(record));
            m_builder.report().addMapped();
        }

        std::shared_ptr<const PayloadSource> take()
        {
            return std::make_shared<TreePayloads>(std::move(m_details));
        }

    private:
        TraceBuilder& m_builder;
        std::vector<SpanId> m_open;
        std::vector<SpanDetail> m_details;
    };

} // namespace

bool TreeImporter::sniff(const Sample& sample) const
{
    return sample.head.starts_with(kFirstLine);
}

std::vector<std::filesystem::path> TreeImporter::companions(const std::filesystem::path& path) const
{
    const std::filesystem::path more = path.string() + ".more";
    return std::filesystem::exists(more) ? std::vector {more}
                                         : std::vector<std::filesystem::path>();
}

Result<std::shared_ptr<const PayloadSource>>
TreeImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    builder.addSession({.key = "tree"});
    TreeReader reader(builder);
    for (const ImportFile& file : files) {
        const auto bytes = file.bytes->read(0, file.bytes->size());
        if (!bytes)
            return fail(bytes.error());
        std::stringstream lines(*bytes);
        std::string line;
        std::getline(lines, line);
        for (std::uint64_t number = 2; std::getline(lines, line); ++number) {
            if (job.isCancelled())
                return cancelled();
            reader.line(line, number, file.id);
        }
        job.advance(bytes->size());
    }
    return reader.take();
}

} // namespace tests
