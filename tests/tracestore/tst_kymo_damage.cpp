#include "tests/support/temporary_folder.h"
#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"
#include "tracestore/base/hash.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <fstream>
#include <sqlite3.h>
#include <zstd.h>

using namespace tracestore;
using tests::contentOf;
using tests::writeFile;

namespace fs = std::filesystem;

/// Files that are damaged, cut off, or made to harm: never a crash, never wrong content as if it
/// were right.
class TestKymoDamage : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aFlippedBitIsFound();
    void aCutFileIsRefusedOrTold();
    void aChangedRowIsFound_data();
    void aChangedRowIsFound();
    void aFlippedSumHarmsItsOwnRowOnly();
    void anyOtherTableIsRefused_data();
    void anyOtherTableIsRefused();
    void wrongReferencesAreCleared();
    void circlesAreCut();
    void absurdCountsAreBounded();
    void bombsDoNotUnpack();
    void listsInListsAreRefused();

private:
    /// A copy of the file, changed by SQL and, if wanted, with right checksums again.
    fs::path changed(const std::string& sql, bool withRightSums = false);

    tests::TemporaryFolder m_folder;
    TracePtr m_trace;
    std::string m_content;
    std::vector<std::string> m_expected;
};

namespace {

constexpr std::size_t kSpans = 24;

/// Numbers from a fixed seed.
class Dice
{
public:
    std::uint64_t below(std::uint64_t limit)
    {
        m_state = m_state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        return (m_state >> 20U) % limit;
    }

private:
    std::uint64_t m_state = 2024;
};

std::string words(std::size_t seed, std::size_t length)
{
    std::string text;
    for (std::size_t i = seed; text.size() < length; i = i * 31 + 7)
        text += "word" + std::to_string(i % 9973) + ' ';
    return text;
}

/// Payloads of every coding, different for every span but for the first message.
class ManyPayloads : public PayloadSource
{
public:
    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
    {
        const std::size_t i = span.index();
        SpanDetail detail;
        detail.input = {{Role::System, {}, {}, {}, {TextPart {"Be brief."}}},
                        {Role::User, {}, {}, {}, {TextPart {words(i, 200 + 20 * i)}}}};
        detail.inputState = ContentState::Full;
        detail.toolArguments = "{\"n\":" + std::to_string(i) + "}";
        detail.toolResult = words(i + 1, i % 20 == 0 ? 16'000 : 1200);
        detail.attributes = {{"text", '"' + words(i + 2, 300) + '"'}};
        return detail;
    }

    [[nodiscard]] Result<std::string> raw(SpanId span) const override
    {
        return words(span.index() + 3, 500);
    }
};

TracePtr makeTrace()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addFile("source.json");
    builder.addSession({.key = "second", .parent = SessionId(0)});
    builder.addAgent({.name = "agent"});
    builder.addAgent({.name = "helper"});
    builder.addBranch({.name = "main"});
    for (std::size_t i = 0; i < kSpans; ++i) {
        const std::string name = "span number " + std::to_string(i);
        SpanRecord span;
        span.session = SessionId(i % 2);
        span.kind = SpanKind::Tool;
        span.name = name;
        span.agent = AgentId(i % 2);
        span.start = Timestamp {static_cast<std::int64_t>(i) * 1'000'003};
        span.end = Timestamp {static_cast<std::int64_t>(i) * 2'000'003};
        span.usage = TokenUsage {.input = static_cast<std::int64_t>(i) * 77, .output = 5};
        span.cost = Cost {0.25 * static_cast<double>(i)};
        span.raw = {{FileId(0), i * 500, 500}};
        if (i > 0)
            span.parent = SpanId(i / 2);
        builder.addSpan(span);
    }
    for (std::size_t i = 1; i < kSpans; i += 7)
        builder.addLink({SpanId(i), SpanId(i - 1), "", "", LinkKind::FollowsFrom, "{}"});
    builder.report().add({ReportSeverity::Note, 0, 1, 2, "field", "message", 3});
    return builder.finish(std::make_shared<ManyPayloads>());
}

void writeByte(const fs::path& path, std::size_t place, unsigned byte)
{
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(place));
    file.put(static_cast<char>(byte));
}

/// fullText() cut into what stands before the spans, and a text for each span.
std::vector<std::string> sections(const Trace& trace)
{
    const std::string text = '\n' + tests::fullText(trace, true);
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t at = 0; at != std::string::npos; from = at) {
        at = text.find("\nspan ", from + 1);
        parts.push_back(text.substr(from, at - from));
    }
    return parts;
}

std::vector<std::string> lines(const std::string& text)
{
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        all.push_back(line);
    return all;
}

/// What is wrong with a damaged span's text: lines that differ without a word about it. `raw` lines
/// that give the place in the source are of a table of their own, whose losses the report tells.
std::string silentChange(const std::string& expected, const std::string& found, bool isReported)
{
    if (found == expected)
        return {};
    const bool isPlaceholder = found.find(kDamagedName) != std::string::npos;
    const bool hasNoDetail = found.find("\n    detail failed: ") != std::string::npos;
    const std::vector<std::string> known = lines(expected);
    for (const std::string& line : lines(found)) {
        if (std::ranges::find(known, line) != known.end())
            continue;
        const bool isTold = line.find(" failed: ") != std::string::npos
            || (line.starts_with("span ") && isPlaceholder && isReported);
        if (!isTold)
            return line;
    }
    // Lines may be lost only with a reason.
    const std::vector<std::string> left = lines(found);
    for (const std::string& line : known) {
        const bool isLost = std::ranges::find(left, line) == left.end();
        const bool isPlace = line.starts_with("    raw 0 ");
        if (isLost && !isPlaceholder && !hasNoDetail && !(isPlace && isReported)
            && found.find(" failed: ") == std::string::npos)
            return "lost: " + line;
    }
    return {};
}

/// The texts of all payloads as SQLite and zstd give them, without a look at hash and sum.
std::map<std::int64_t, std::string> plainPayloads(const fs::path& path)
{
    std::map<std::int64_t, std::string> payloads;
    sqlite3* database = nullptr;
    sqlite3_stmt* select = nullptr;
    sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
    sqlite3_prepare_v2(database, "SELECT id, coding, content FROM payload", -1, &select, nullptr);
    while (select != nullptr && sqlite3_step(select) == SQLITE_ROW) {
        const void* const start = sqlite3_column_blob(select, 2);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(select, 2));
        std::string content(static_cast<const char*>(start), start == nullptr ? 0 : size);
        if (sqlite3_column_int(select, 1) == 1) {
            std::string unpacked(33 << 10, '\0');
            const std::size_t got
                = ZSTD_decompress(unpacked.data(), unpacked.size(), content.data(), size);
            if (ZSTD_isError(got) != 0)
                continue;
            content = unpacked.substr(0, got);
        }
        payloads[sqlite3_column_int64(select, 0)] = content;
    }
    sqlite3_finalize(select);
    sqlite3_close(database);
    return payloads;
}

bool hasWrongContent(const std::map<std::int64_t, std::string>& right,
                     const std::map<std::int64_t, std::string>& found)
{
    return std::ranges::any_of(found, [&](const auto& entry) {
        const auto at = right.find(entry.first);
        return at == right.end() || at->second != entry.second;
    });
}

Result<TracePtr> open(const fs::path& path)
{
    Job job;
    return openKymo(path, job);
}

struct Connection
{
    explicit Connection(const fs::path& path)
    {
        sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    }

    ~Connection() { sqlite3_close(database); }

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void run(const std::string& sql) const
    {
        char* error = nullptr;
        if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
            qFatal("%s: %s", sql.c_str(), error);
    }

    sqlite3* database = nullptr;
};

/// The sum of the row on which a statement stands; its columns up to and without the sum.
std::int64_t rowSum(sqlite3_stmt* row, const std::string& table, int columns, std::int64_t previous)
{
    RowSum sum(table);
    for (int i = 0; i < columns; ++i) {
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(row, i));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, i));
        switch (sqlite3_column_type(row, i)) {
        case SQLITE_INTEGER:
            sum.add(static_cast<std::int64_t>(sqlite3_column_int64(row, i)));
            break;
        case SQLITE_FLOAT:
            sum.add(sqlite3_column_double(row, i));
            break;
        case SQLITE_TEXT:
            sum.addText({bytes, size});
            break;
        case SQLITE_BLOB:
            sum.addBlob({bytes, size});
            break;
        default:
            sum.addNull();
        }
    }
    return sum.value(previous);
}

/// What somebody who knows FORMAT.md can do: gives all rows of a table the sums of what they hold.
void makeSumsRight(const Connection& connection, const std::string& table)
{
    const std::string key = table == "meta" ? "key" : table == "span_detail" ? "span" : "id";
    sqlite3_stmt* select = nullptr;
    const std::string sql = "SELECT * FROM " + table + " ORDER BY " + key;
    sqlite3_prepare_v2(connection.database, sql.c_str(), -1, &select, nullptr);
    const int columns = sqlite3_column_count(select) - (table == "payload" ? 2 : 1);
    std::vector<std::string> updates;
    std::int64_t previous = 0;
    while (sqlite3_step(select) == SQLITE_ROW) {
        const std::int64_t sum = rowSum(select, table, columns, previous);
        const std::string id(
            static_cast<const char*>(static_cast<const void*>(sqlite3_column_text(select, 0))));
        updates.push_back("UPDATE " + table + " SET sum = " + std::to_string(sum) + " WHERE " + key
                          + " = '" + id + "'");
        previous = table == "span" ? sum : 0;
    }
    sqlite3_finalize(select);
    for (const std::string& update : updates)
        connection.run(update);
}

} // namespace

void TestKymoDamage::initTestCase()
{
    Job job;
    QVERIFY(saveKymo(*makeTrace(), m_folder.file("a.kymo"), job));
    m_content = contentOf(m_folder.file("a.kymo"));
    const auto opened = open(m_folder.file("a.kymo"));
    QVERIFY(opened);
    m_trace = *opened;
    m_expected = sections(*m_trace);
    QCOMPARE(m_expected.size(), kSpans + 1);
    QCOMPARE(m_trace->report().broken(), std::uint64_t {0});
}

fs::path TestKymoDamage::changed(const std::string& sql, bool withRightSums)
{
    const fs::path path = m_folder.file("changed.kymo");
    writeFile(path, m_content);
    const Connection connection(path);
    connection.run(sql);
    if (withRightSums) {
        for (const char* table :
             {"meta", "session", "agent", "branch", "span", "span_detail", "link", "payload"})
            makeSumsRight(connection, table);
    }
    return path;
}

void TestKymoDamage::aFlippedBitIsFound()
{
#ifdef __SANITIZE_ADDRESS__
    constexpr int kFlips = 200; // each opens the file and reads all of it, ten times as slowly
#else
    constexpr int kFlips = 2000;
#endif
    const fs::path path = m_folder.file("flipped.kymo");
    writeFile(path, m_content);
    const auto rightPayloads = plainPayloads(path);
    std::vector<std::size_t> used; // Most of a small file is the empty rest of its pages.
    for (std::size_t i = 0; i < m_content.size(); ++i) {
        if (m_content[i] != 0)
            used.push_back(i);
    }
    int refused = 0;
    int harmless = 0;
    int missedWithoutChecks = 0;
    std::vector<std::size_t> hitSpans;
    Dice dice;
    for (int flip = 0; flip < kFlips; ++flip) {
        const std::size_t place = used[dice.below(used.size())];
        const auto right = static_cast<unsigned char>(m_content[place]);
        writeByte(path, place, right ^ (1U << dice.below(8)));
        missedWithoutChecks += hasWrongContent(rightPayloads, plainPayloads(path)) ? 1 : 0;
        const auto opened = open(path);
        const auto found = opened ? sections(**opened) : std::vector<std::string>();
        writeByte(path, place, right);
        if (!opened) {
            ++refused;
            continue;
        }
        const bool isReported = (*opened)->report().broken() > 0;
        const std::string where = "flip at byte " + std::to_string(place) + ": ";
        QVERIFY2(found.size() == m_expected.size() || isReported, where.c_str());
        QVERIFY2(found[0] == m_expected[0] || isReported, where.c_str());
        std::size_t hit = 0;
        for (std::size_t i = 1; i < std::min(found.size(), m_expected.size()); ++i) {
            const std::string silent = silentChange(m_expected[i], found[i], isReported);
            QVERIFY2(silent.empty(), (where + silent).c_str());
            hit += found[i] == m_expected[i] ? 0 : 1;
        }
        if (hit == 0 && !isReported)
            ++harmless;
        else
            hitSpans.push_back(hit);
    }
    std::ranges::sort(hitSpans);
    const auto most = std::ranges::count_if(hitSpans, [](std::size_t n) { return n <= 1; });
    qInfo("%d flips: %d refused, %d harmless, %zu found (%td of them in one span or none); plain "
          "reading of the payloads would have missed %d",
          kFlips,
          refused,
          harmless,
          hitSpans.size(),
          most,
          missedWithoutChecks);
    QVERIFY(!hitSpans.empty());
    // What is not a single record is the head of a page.
    QVERIFY(most * 100 > std::ssize(hitSpans) * 95);
    // The list of tables takes the first page, which is a good part of a file so small.
    QVERIFY(refused * 100 < kFlips * 15);
    // The control: the same flips do harm where nothing checks.
    QVERIFY(missedWithoutChecks > kFlips / 10);
}

void TestKymoDamage::aCutFileIsRefusedOrTold()
{
    const fs::path path = m_folder.file("cut.kymo");
    std::vector<std::size_t> lengths {0, 1, 16, 71, 72, 100, 1023, 16'384, m_content.size() - 1};
    Dice dice;
    for (int i = 0; i < 150; ++i)
        lengths.push_back(dice.below(m_content.size()));
    int refused = 0;
    for (const std::size_t length : lengths) {
        writeFile(path, m_content.substr(0, length));
        const auto opened = open(path);
        if (!opened) {
            ++refused;
            const bool isTold
                = length < 72 || opened.error().message.find("cut off") != std::string::npos;
            QVERIFY2(isTold, opened.error().message.c_str());
            continue;
        }
        const auto found = sections(**opened);
        const bool isReported = (*opened)->report().broken() > 0;
        bool isWhole = found == m_expected;
        for (std::size_t i = 1; i < std::min(found.size(), m_expected.size()); ++i)
            QCOMPARE(silentChange(m_expected[i], found[i], isReported), std::string());
        isWhole = isWhole || found.size() == m_expected.size();
        QVERIFY(isWhole || isReported);
    }
    qInfo("%zu lengths, %d refused", lengths.size(), refused);
    QVERIFY(refused > 0);
}

void TestKymoDamage::aChangedRowIsFound_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::newRow("a name") << std::string("UPDATE span SET name = 'x' WHERE id = 5");
    QTest::newRow("a number") << std::string("UPDATE span SET tokens_input = 1 WHERE id = 5");
    QTest::newRow("a number made a text")
        << std::string("UPDATE span SET agent = 'one' WHERE id = 5");
    QTest::newRow("a value moved on")
        << std::string("UPDATE span SET orig_kind = name, name = NULL "
                       "WHERE id = 5");
    QTest::newRow("a row taken out") << std::string("DELETE FROM span WHERE id = 5");
    QTest::newRow("the last row taken out") << std::string("DELETE FROM span WHERE id = 23");
    QTest::newRow("a row of an agent") << std::string("UPDATE agent SET name = 'x' WHERE id = 0");
    QTest::newRow("a row of a link") << std::string("DELETE FROM link WHERE id = 0");
    QTest::newRow("a row of the report") << std::string("UPDATE import_report SET count = 9");
    QTest::newRow("a fact") << std::string(
        "UPDATE meta SET value = 'other' WHERE key = 'format_id'");
    QTest::newRow("a place in the source") << std::string("UPDATE span_raw SET source_offset = 1 "
                                                          "WHERE span = 5");
    QTest::newRow("two rows exchanged") << std::string("UPDATE span SET id = -1 WHERE id = 5;"
                                                       "UPDATE span SET id = 5 WHERE id = 6;"
                                                       "UPDATE span SET id = 6 WHERE id = -1");
}

void TestKymoDamage::aChangedRowIsFound()
{
    QFETCH(std::string, sql);
    const auto opened = open(changed(sql));
    QVERIFY(opened);
    QVERIFY((*opened)->report().broken() > 0);
    const auto found = sections(**opened);
    QCOMPARE(found.size(), m_expected.size());
    for (std::size_t i = 1; i < found.size(); ++i)
        QCOMPARE(silentChange(m_expected[i], found[i], true), std::string());
}

void TestKymoDamage::aFlippedSumHarmsItsOwnRowOnly()
{
    const auto opened = open(changed("UPDATE span SET sum = sum + 1 WHERE id = 5"));
    QVERIFY(opened);
    QCOMPARE((*opened)->report().broken(), std::uint64_t {1});
    QCOMPARE((*opened)->name(SpanId(5)), std::string_view(kDamagedName));
    QCOMPARE((*opened)->name(SpanId(6)), m_trace->name(SpanId(6)));
    // Its payloads are rows of their own.
    QVERIFY((*opened)->payloads().detail(SpanId(5)));
}

void TestKymoDamage::anyOtherTableIsRefused_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::newRow("table") << std::string("CREATE TABLE extra (x)");
    QTest::newRow("view") << std::string("CREATE VIEW extra AS SELECT randomblob(1000000000)");
    QTest::newRow("trigger") << std::string("CREATE TRIGGER extra AFTER INSERT ON span BEGIN "
                                            "DELETE FROM span; END");
    QTest::newRow("index") << std::string("CREATE INDEX extra ON span (name)");
    QTest::newRow("virtual table") << std::string("CREATE VIRTUAL TABLE extra USING fts5(x)");
    QTest::newRow("one less") << std::string("DROP VIEW span_message");
    QTest::newRow("a view for a table")
        << std::string("DROP TABLE link; CREATE VIEW link AS SELECT 1 AS id, 2 AS from_span");
    QTest::newRow("another column") << std::string("ALTER TABLE span ADD COLUMN extra");
    QTest::newRow("a generated column") << std::string(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'field TEXT', "
        "'field TEXT AS (load_extension(''x''))') WHERE name = 'import_report'");
}

void TestKymoDamage::anyOtherTableIsRefused()
{
    QFETCH(std::string, sql);
    const auto opened = open(changed(sql));
    QVERIFY(!opened);
    // What SQLite itself does not take is told as damage.
    const bool isTold = opened.error().message.find("exactly the tables") != std::string::npos
        || opened.error().message.find("where its tables are listed") != std::string::npos;
    QVERIFY2(isTold, opened.error().message.c_str());
}

void TestKymoDamage::wrongReferencesAreCleared()
{
    const auto opened = open(changed("UPDATE span SET agent = 77 WHERE id = 1;"
                                     "UPDATE span SET branch = -3 WHERE id = 2;"
                                     "UPDATE span SET parent = 4000000000 WHERE id = 3;"
                                     "UPDATE span SET session = 9 WHERE id = 4;"
                                     "UPDATE span SET kind = 'strange' WHERE id = 5;"
                                     "UPDATE link SET from_span = 1000 WHERE id = 0;"
                                     "UPDATE link SET kind = 'strange' WHERE id = 1;"
                                     "UPDATE branch SET parent = 5, forked_at = 100000",
                                     true));
    QVERIFY(opened);
    const Trace& trace = **opened;
    QVERIFY(!trace.agentOf(SpanId(1)).isValid());
    QVERIFY(!trace.branchOf(SpanId(2)).isValid());
    QVERIFY(!trace.parent(SpanId(3)).isValid());
    QCOMPARE(trace.name(SpanId(3)), m_trace->name(SpanId(3)));
    QCOMPARE(trace.name(SpanId(4)), std::string_view(kDamagedName));
    QCOMPARE(trace.name(SpanId(5)), std::string_view(kDamagedName));
    QCOMPARE(trace.links().size(), m_trace->links().size() - 2);
    QVERIFY(!trace.branches()[0].parent.isValid());
    QVERIFY(!trace.branches()[0].forkedAt.isValid());
    QVERIFY(trace.report().broken() > 0);
}

void TestKymoDamage::circlesAreCut()
{
    const auto opened = open(changed("UPDATE span SET parent = 9 WHERE id = 2;"
                                     "UPDATE span SET parent = 2 WHERE id = 9;"
                                     "UPDATE span SET parent = 20 WHERE id = 20;"
                                     "UPDATE session SET parent = 1 - id;"
                                     "UPDATE branch SET parent = 0",
                                     true));
    QVERIFY(opened);
    const Trace& trace = **opened;
    QCOMPARE(trace.preOrder().size(), kSpans);
    QCOMPARE(trace.parentState(SpanId(20)), ParentState::Cut);
    QVERIFY(trace.session(SessionId(0)).parent != SessionId(1)
            || trace.session(SessionId(1)).parent != SessionId(0));
    QVERIFY(!trace.branches()[0].parent.isValid());
    QVERIFY(trace.report().broken() >= 4);
}

void TestKymoDamage::absurdCountsAreBounded()
{
    const auto opened = open(changed("UPDATE meta SET value = '900000000000000000' "
                                     "WHERE key GLOB 'count.*'",
                                     true));
    QVERIFY(opened);
    QCOMPARE((*opened)->spanCount(), kSpans);
    const auto farOff = open(changed("UPDATE span SET id = 4000000000 WHERE id = 23", true));
    QVERIFY(farOff);
    QCOMPARE((*farOff)->spanCount(), kSpans);
    QVERIFY((*farOff)->report().broken() > 0);
}

void TestKymoDamage::bombsDoNotUnpack()
{
    const std::string zeros(64 << 20, '\0');
    std::string packed(1 << 20, '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), zeros.data(), zeros.size(), 1));
    const fs::path path = changed("UPDATE span_detail SET tool_result = 1 WHERE span = 0");
    {
        const Connection connection(path);
        const std::string hex = QByteArray::fromStdString(packed).toHex().toStdString();
        connection.run("UPDATE payload SET coding = 1, size = " + std::to_string(zeros.size())
                       + ", hash = x'" + contentHash(zeros).toHex() + "', content = x'" + hex
                       + "' WHERE id = 1");
        makeSumsRight(connection, "payload");
        makeSumsRight(connection, "span_detail");
    }
    const auto opened = open(path);
    QVERIFY(opened);
    const auto detail = (*opened)->payloads().detail(SpanId(0));
    QVERIFY(!detail);
    QCOMPARE(detail.error().code, ErrorCode::Corrupt);
    QVERIFY(detail.error().message.find("Payload 1 cannot be unpacked") != std::string::npos);
}

void TestKymoDamage::listsInListsAreRefused()
{
    // The list of a long text, made to hold itself.
    const fs::path path = changed("UPDATE span_detail SET tool_result = "
                                  "(SELECT min(id) FROM payload WHERE coding = 2) WHERE span = 0");
    {
        const Connection connection(path);
        sqlite3_stmt* select = nullptr;
        sqlite3_prepare_v2(connection.database,
                           "SELECT min(id) FROM payload WHERE coding = 2",
                           -1,
                           &select,
                           nullptr);
        QCOMPARE(sqlite3_step(select), SQLITE_ROW);
        const int id = sqlite3_column_int(select, 0);
        sqlite3_finalize(select);
        QVERIFY(id > 0 && id < 128);
        const std::string ids(3, static_cast<char>(id));
        std::string packed(100, '\0');
        packed.resize(ZSTD_compress(packed.data(), packed.size(), ids.data(), ids.size(), 1));
        connection.run("UPDATE payload SET content = x'"
                       + QByteArray::fromStdString(packed).toHex().toStdString()
                       + "' WHERE id = " + std::to_string(id));
        makeSumsRight(connection, "span_detail");
    }
    const auto opened = open(path);
    QVERIFY(opened);
    const auto detail = (*opened)->payloads().detail(SpanId(0));
    QVERIFY(!detail);
    QVERIFY(detail.error().message.find("a list in a list") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestKymoDamage)
#include "tst_kymo_damage.moc"
