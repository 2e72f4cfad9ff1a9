#include "tracestore/store/kymo_loader.h"

#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_rows.h"
#include "tracestore/store/sum_chain.h"
#include "tracestore/store/table_scan.h"

#include <algorithm>
#include <charconv>

namespace tracestore {
namespace {

    /// No row takes fewer bytes of a file.
    constexpr std::uint64_t kMinRowBytes = 8;

    template<class T>
    struct LoadedTable
    {
        std::vector<std::optional<T>> rows; ///< by number
        std::uint64_t damaged = 0;
    };

    /// All intact rows of a table of numbered rows.
    template<class T>
    Result<LoadedTable<T>>
    loadTable(Database& database, const TableScan& scan, Job& job, T (*read)(RowReader&))
    {
        LoadedTable<T> table;
        auto done = scan.run(database, job, [&](const Statement& statement) {
            RowReader reader(statement, scan.table);
            const auto id = reader.integer();
            T value = read(reader);
            if (!reader.isIntact() || id < 0 || id >= scan.limit) {
                ++table.damaged;
                return;
            }
            const auto at = static_cast<std::size_t>(id);
            if (at >= table.rows.size())
                table.rows.resize(at + 1);
            table.rows[at] = std::move(value);
        });
        if (!done)
            return fail(std::move(done).error());
        return table;
    }

    template<class T>
    std::uint64_t intactRows(const LoadedTable<T>& table)
    {
        return static_cast<std::uint64_t>(std::ranges::count_if(
            table.rows, [](const std::optional<T>& row) { return row.has_value(); }));
    }

    SpanRow damagedSpan(SessionId session)
    {
        SpanRow row;
        row.record.session = session;
        row.record.name = kDamagedName;
        return row;
    }

    /// Clears the parents that close a circle, and says how many. A walk up from each row marks
    /// what it meets; to meet its own mark again is a circle.
    template<class Parent, class Clear>
    std::uint64_t cutCircles(std::size_t count, const Parent& parent, const Clear& clear)
    {
        std::uint64_t circles = 0;
        std::vector<std::size_t> walkOf(count, count);
        for (std::size_t start = 0; start < count; ++start) {
            std::size_t at = start;
            std::size_t previous = count;
            while (at < count && walkOf[at] == count) {
                walkOf[at] = start;
                previous = at;
                at = parent(at);
            }
            if (at >= count || walkOf[at] != start || previous == count)
                continue;
            clear(previous);
            ++circles;
        }
        return circles;
    }

    /// Whether an id that may be invalid lies in a table of `count` rows.
    template<class Tag>
    bool isIn(Id<Tag> id, std::size_t count)
    {
        return !id.isValid() || id.index() < count;
    }

} // namespace

KymoLoader::KymoLoader(Database& database, std::uint32_t version, std::uint64_t fileSize, Job& job)
    : m_database(database)
    , m_version(version)
    , m_maxRows(static_cast<std::int64_t>(
          std::min<std::uint64_t>(fileSize / kMinRowBytes, SpanId::kNone - 1)))
    , m_job(job)
{ }

Result<Trace::Data> KymoLoader::load()
{
    using Step = Result<void> (KymoLoader::*)();
    for (const Step step : {&KymoLoader::loadMeta,
                            &KymoLoader::loadSmallTables,
                            &KymoLoader::loadJudgements,
                            &KymoLoader::loadSpans,
                            &KymoLoader::loadRaws,
                            &KymoLoader::loadLinks,
                            &KymoLoader::loadReport}) {
        auto done = (this->*step)();
        if (!done)
            return fail(std::move(done).error());
    }
    mend();
    for (ReportRow& row : m_damage)
        m_data.report.add(std::move(row));
    return std::move(m_data);
}

std::optional<std::uint64_t> KymoLoader::number(const std::string& key) const
{
    const auto entry = m_meta.find(key);
    if (entry == m_meta.end())
        return {};
    const std::string& text = entry->second;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

/// How many rows a table should have; as many as were seen where the file does not tell.
std::uint64_t KymoLoader::rowCount(const std::string& table, std::uint64_t seen) const
{
    const auto count = number("count." + table);
    if (!count || *count > static_cast<std::uint64_t>(m_maxRows))
        return seen;
    return std::max(*count, seen);
}

void KymoLoader::noteDamage(const std::string& table, std::uint64_t rows)
{
    if (rows > 0)
        m_damage.push_back({.severity = ReportSeverity::Broken,
                            .field = table,
                            .message = "Records of this .kymo file are damaged or missing; the "
                                       "rest was opened.",
                            .count = rows});
}

Result<void> KymoLoader::loadMeta()
{
    auto select = m_database.prepare("SELECT * FROM meta");
    if (!select)
        return fail(std::move(select).error());
    std::uint64_t damaged = 0;
    for (;;) {
        const auto found = select->step();
        if (!found && found.error().code != ErrorCode::Corrupt)
            return fail(found.error());
        if (!found || !*found)
            break;
        RowReader reader(*select, "meta");
        std::string key(reader.text());
        std::string value(reader.text());
        if (reader.isIntact())
            m_meta.insert_or_assign(std::move(key), std::move(value));
        else
            ++damaged;
    }
    // In a file without damage every key is there, be its value empty.
    for (const char* key : {"format_id",
                            "format_name",
                            "producer_name",
                            "producer_version",
                            "report_mapped",
                            "report_omitted",
                            "count.source_file",
                            "count.session",
                            "count.agent",
                            "count.branch",
                            "count.span",
                            "count.span_raw",
                            "count.link",
                            "count.import_report"})
        damaged += m_meta.contains(key) ? 0 : 1;
    noteDamage("meta", damaged);
    m_data.origin = {.formatId = m_meta["format_id"],
                     .formatName = m_meta["format_name"],
                     .producerName = m_meta["producer_name"],
                     .producerVersion = m_meta["producer_version"],
                     .files = {}};
    return {};
}

Result<void> KymoLoader::loadSmallTables()
{
    // Places are kept: other records name these by their number.
    const auto load = [&]<class T>(const std::string& name,
                                   std::vector<T>& to,
                                   T (*read)(RowReader&),
                                   const T& placeholder) -> Result<void> {
        auto table = loadTable(m_database, {name, "id", m_maxRows}, m_job, read);
        if (!table)
            return fail(std::move(table).error());
        const std::uint64_t count = rowCount(name, table->rows.size());
        noteDamage(name, std::max(table->damaged, count - intactRows(*table)));
        table->rows.resize(count);
        for (std::optional<T>& row : table->rows)
            to.push_back(row ? std::move(*row) : placeholder);
        return {};
    };
    const std::string damaged = kDamagedName;
    Result<void> done = load("source_file", m_data.origin.files, &readSourceFile, damaged);
    if (done)
        done = load("session", m_data.sessions, &readSession, Session {.key = damaged});
    if (done)
        done = load("agent", m_data.agents, &readAgent, Agent {.name = damaged});
    if (done)
        done = load("branch", m_data.branches, &readBranch, Branch {.name = damaged});
    return done;
}

Result<void> KymoLoader::loadJudgements()
{
    if (m_version < 2)
        return {};
    auto table = loadTable(m_database, {"judgement", "id", m_maxRows}, m_job, &readJudgement);
    if (!table)
        return fail(std::move(table).error());
    std::uint64_t lost
        = std::max(table->damaged, rowCount("judgement", table->rows.size()) - intactRows(*table));
    for (std::optional<Judgement>& judgement : table->rows) {
        if (judgement && !judge(m_data.sessions, std::move(*judgement)))
            ++lost;
    }
    noteDamage("judgement", lost);
    return {};
}

Result<void> KymoLoader::loadSpans()
{
    const std::string table = "span";
    const std::uint64_t expected = rowCount(table, 0);
    m_job.expect(expected);
    std::uint64_t damaged = 0;
    SumChain chain;
    SpanColumns& spans = m_data.spans;
    const auto fillUpTo = [&](std::uint64_t count) {
        for (; spans.size() < count; ++damaged) {
            const SessionId session
                = spans.size() == 0 ? SessionId(0) : spans.session[spans.size() - 1];
            appendSpan(spans, m_data.strings, damagedSpan(session));
        }
    };
    const auto visit = [&](const Statement& statement) {
        RowReader reader(statement, table);
        const std::int64_t id = reader.integer();
        const SpanRow row = readSpan(reader);
        if (!chain.takesRow(reader) || id >= m_maxRows || id < std::int64_t(spans.size()))
            return;
        fillUpTo(static_cast<std::uint64_t>(id));
        const bool isFit = row.isKnown && row.record.session.isValid()
            && row.record.session.index() < m_data.sessions.size();
        if (isFit)
            appendSpan(spans, m_data.strings, row);
        else
            fillUpTo(static_cast<std::uint64_t>(id) + 1);
        m_job.advance(1);
    };
    auto done = TableScan {table, "id", m_maxRows}.run(m_database, m_job, visit);
    if (!done)
        return done;
    fillUpTo(expected);
    if (spans.size() > 0 && m_data.sessions.empty())
        m_data.sessions.push_back({.key = kDamagedName});
    noteDamage(table, damaged);
    return {};
}

Result<void> KymoLoader::loadRaws()
{
    const std::string table = "span_raw";
    SpanColumns& spans = m_data.spans;
    std::uint64_t damaged = 0;
    std::uint64_t intact = 0;
    std::size_t last = 0;
    const auto visit = [&](const Statement& statement) {
        RowReader reader(statement, table);
        const SpanId span = readId<SpanId>(reader);
        static_cast<void>(reader.integer());
        const RawRef ref {readId<FileId>(reader),
                          static_cast<std::uint64_t>(reader.integer()),
                          static_cast<std::uint64_t>(reader.integer())};
        static_cast<void>(reader.optionalInteger());
        if (!reader.isIntact() || !span.isValid() || span.index() >= spans.size()
            || span.index() < last || !isIn(ref.file, m_data.origin.files.size())) {
            ++damaged;
            return;
        }
        ++intact;
        last = span.index();
        if (!ref.file.isValid())
            return;
        if (spans.rawCount[last] == 0)
            spans.firstRaw.set(last, static_cast<std::uint32_t>(spans.raws.size()));
        spans.rawCount.set(last, spans.rawCount[last] + 1);
        spans.raws.append(ref);
    };
    auto done = TableScan {table, "span", m_maxRows}.run(m_database, m_job, visit);
    if (!done)
        return done;
    noteDamage(table, std::max(damaged, rowCount(table, intact) - intact));
    return {};
}

Result<void> KymoLoader::loadLinks()
{
    auto table = loadTable(m_database, {"link", "id", m_maxRows}, m_job, &readLink);
    if (!table)
        return fail(std::move(table).error());
    const std::size_t spans = m_data.spans.size();
    std::uint64_t lost
        = std::max(table->damaged, rowCount("link", table->rows.size()) - intactRows(*table));
    for (std::optional<SpanLink>& link : table->rows) {
        const bool isFit
            = link && link->from.isValid() && isIn(link->from, spans) && isIn(link->to, spans);
        lost += link && !isFit ? 1 : 0;
        if (isFit)
            m_data.links.push_back(std::move(*link));
    }
    std::ranges::stable_sort(m_data.links, {}, &SpanLink::from);
    noteDamage("link", lost);
    return {};
}

Result<void> KymoLoader::loadReport()
{
    auto table = loadTable(m_database, {"import_report", "id", m_maxRows}, m_job, &readReportRow);
    if (!table)
        return fail(std::move(table).error());
    noteDamage("import_report",
               std::max(table->damaged,
                        rowCount("import_report", table->rows.size()) - intactRows(*table)));
    std::vector<ReportRow> rows;
    for (std::optional<ReportRow>& row : table->rows) {
        if (row)
            rows.push_back(std::move(*row));
    }
    m_data.report = ImportReport::restored(
        number("report_mapped").value_or(0), number("report_omitted").value_or(0), std::move(rows));
    return {};
}

/// Numbers with right checksums can still be wrong, in a file that was made to harm: takes out what
/// names a record that is not there, or would make a tree a circle.
void KymoLoader::mend()
{
    SpanColumns& spans = m_data.spans;
    std::uint64_t wrong = 0;
    const auto clear = [&](auto& column, std::size_t i, std::size_t count) {
        if (isIn(column[i], count))
            return;
        column.set(i, {});
        ++wrong;
    };
    for (std::size_t i = 0; i < spans.size(); ++i) {
        clear(spans.parent, i, spans.size());
        clear(spans.agent, i, m_data.agents.size());
        clear(spans.branch, i, m_data.branches.size());
    }
    wrong += cutCircles(
        spans.size(),
        [&](std::size_t i) { return std::size_t {spans.parent[i].value}; },
        [&](std::size_t i) {
            spans.parent.set(i, SpanId());
            spans.parentState.set(i, ParentState::Cut);
        });
    wrong += cutCircles(
        m_data.sessions.size(),
        [&](std::size_t i) { return std::size_t {m_data.sessions[i].parent.value}; },
        [&](std::size_t i) { m_data.sessions[i].parent = {}; });
    wrong += cutCircles(
        m_data.branches.size(),
        [&](std::size_t i) { return std::size_t {m_data.branches[i].parent.value}; },
        [&](std::size_t i) { m_data.branches[i].parent = {}; });
    for (Session& session : m_data.sessions) {
        if (!isIn(session.parent, m_data.sessions.size()))
            session.parent = {};
    }
    for (Branch& branch : m_data.branches) {
        if (!isIn(branch.parent, m_data.branches.size()))
            branch.parent = {};
        if (!isIn(branch.forkedAt, spans.size()))
            branch.forkedAt = {};
    }
    noteDamage("reference", wrong);
}

} // namespace tracestore
