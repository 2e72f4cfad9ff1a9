#include "tests/support/aligned_traces.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/tangled_run.h"
#include "tracestore/compare/trace_alignment.h"

#include <QTest>

#include <map>
#include <set>

using namespace tracestore;
using namespace tests;

namespace {

/// Reads the rows of a comparison as a user does, column by column, and tells what cannot be read.
class RowReader
{
public:
    RowReader(const TraceAlignment& alignment, const Trace& a, const Trace& b)
        : m_pairs(alignment.pairs)
        , m_a(a)
        , m_b(b)
    {
        for (std::size_t row = 0; row < m_pairs.size(); ++row) {
            note(m_rowsOfA, m_pairs[row].a, row);
            note(m_rowsOfB, m_pairs[row].b, row);
        }
    }

    /// Empty: nothing is wrong.
    std::string fault()
    {
        if (m_rowsOfA.size() != m_a.spanCount() || m_rowsOfB.size() != m_b.spanCount())
            add("a step has no row", 0);
        readA();
        readB();
        readLinks();
        return m_fault;
    }

private:
    void note(std::map<SpanId, std::size_t>& rows, SpanId span, std::size_t row)
    {
        if (span.isValid() && !rows.emplace(span, row).second)
            add("a step has two rows", row);
    }

    void add(const char* what, std::size_t row)
    {
        if (m_fault.empty())
            m_fault = std::string(what) + ", row " + std::to_string(row);
    }

    void readA()
    {
        std::size_t last = 0;
        for (std::size_t row = 0; row < m_pairs.size(); ++row) {
            const SpanId span = m_pairs[row].a;
            if (!span.isValid())
                continue;
            if (m_a.preOrderIndex(span) < last)
                add("A is out of order", row);
            last = m_a.preOrderIndex(span);
            readParent(m_a, m_rowsOfA, span, row);
        }
    }

    /// Below each row that is marked as moved, and outside of all of them, B is in order.
    void readB()
    {
        std::map<SpanId, std::size_t> last; // by what is around
        for (std::size_t row = 0; row < m_pairs.size(); ++row) {
            const SpanId span = m_pairs[row].b;
            if (!span.isValid())
                continue;
            readParent(m_b, m_rowsOfB, span, row);
            if (m_pairs[row].isMoved)
                continue;
            std::size_t& before = last[movedAbove(span)];
            if (m_b.preOrderIndex(span) < before)
                add("B is out of order", row);
            before = m_b.preOrderIndex(span);
        }
    }

    SpanId movedAbove(SpanId span)
    {
        SpanId above = m_b.parent(span);
        while (above.isValid() && !m_pairs[m_rowsOfB[above]].isMoved)
            above = m_b.parent(above);
        return above;
    }

    void readParent(const Trace& trace,
                    std::map<SpanId, std::size_t>& rows,
                    SpanId span,
                    std::size_t row)
    {
        const SpanId parent = trace.parent(span);
        if (!parent.isValid())
            return;
        if (rows[parent] >= row)
            add("a parent stands below its child", row);
        else if (m_pairs[rows[parent]].depth >= m_pairs[row].depth && isOwnDepth(row, trace))
            add("a child is not further in than its parent", row);
    }

    /// A row is as far in as the step of A, or that of B where it is in B only.
    bool isOwnDepth(std::size_t row, const Trace& trace)
    {
        return &trace == (m_pairs[row].a.isValid() ? &m_a : &m_b);
    }

    void readLinks()
    {
        for (std::size_t row = 0; row < m_pairs.size(); ++row) {
            const StepPair& pair = m_pairs[row];
            if (pair.isMoved && (!pair.a.isValid() || !pair.b.isValid()))
                add("only a pair can be moved", row);
            if (!pair.elsewhere.isValid())
                continue;
            if (pair.state == PairState::OnlyA) {
                const auto other = m_rowsOfB.find(pair.elsewhere);
                if (other == m_rowsOfB.end() || m_pairs[other->second].elsewhere != pair.a)
                    add("a link to B leads nowhere", row);
            } else if (pair.state == PairState::OnlyB) {
                const auto other = m_rowsOfA.find(pair.elsewhere);
                if (other == m_rowsOfA.end() || m_pairs[other->second].elsewhere != pair.b)
                    add("a link to A leads nowhere", row);
            } else {
                add("a pair is elsewhere, too", row);
            }
        }
    }

    const std::vector<StepPair>& m_pairs;
    const Trace& m_a;
    const Trace& m_b;
    std::map<SpanId, std::size_t> m_rowsOfA;
    std::map<SpanId, std::size_t> m_rowsOfB;
    std::string m_fault;
};

/// The rows in short, indented: `=`, `~`, `-`, `+`, `%` where moved, and what both sides say.
std::string rowsText(const TraceAlignment& alignment, const Trace& a, const Trace& b)
{
    std::string text;
    for (const StepPair& pair : alignment.pairs) {
        const char* sign = pair.isMoved        ? "%"
            : pair.state == PairState::OnlyA   ? "-"
            : pair.state == PairState::OnlyB   ? "+"
            : pair.state == PairState::Changed ? "~"
                                               : "=";
        const Trace& trace = pair.a.isValid() ? a : b;
        const SpanId span = pair.a.isValid() ? pair.a : pair.b;
        text += (text.empty() ? "" : "\n") + std::string(pair.depth, ' ') + sign + ' '
            + std::string(trace.name(span)) + (pair.elsewhere.isValid() ? " elsewhere" : "");
    }
    return text;
}

/// Makes a trace of lines, indented by a blank a level: `turn`, `llm`, `tool` and a name. What is
/// said is the name.
TracePtr traceOfLines(const std::string& text)
{
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "s"});
    auto payloads = std::make_shared<WrittenPayloads>();
    std::vector<SpanId> above;
    std::int64_t time = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        const std::size_t first = text.find_first_not_of(' ', from);
        const std::size_t blank = text.find(' ', first);
        const std::string kind = text.substr(first, blank - first);
        const std::string name = text.substr(blank + 1, end - blank - 1);
        above.resize(first - from);
        SpanRecord record;
        record.session = SessionId(0);
        record.kind = kind == "turn" ? SpanKind::Turn
            : kind == "llm"          ? SpanKind::Llm
            : kind == "agent"        ? SpanKind::Agent
                                     : SpanKind::Tool;
        record.name = name;
        record.parent = above.empty() ? SpanId() : above.back();
        record.start = Timestamp {++time};
        record.end = Timestamp {++time};
        SpanDetail detail;
        if (record.kind == SpanKind::Tool)
            detail.toolArguments = '"' + name + '"';
        else if (record.kind == SpanKind::Llm)
            detail.output = {{.role = Role::Assistant, .parts = {TextPart {name}}}};
        payloads->details.push_back(std::move(detail));
        above.push_back(builder.addSpan(record));
        from = end + 1;
    }
    return builder.finish(payloads);
}

ScriptForm formOf(unsigned seed)
{
    ScriptForm form;
    form.hasTurns = seed % 5 != 0;
    form.hasRounds = seed % 3 == 0;
    form.hasWorkflow = seed % 4 == 1;
    form.hasAgent = seed % 7 != 2;
    return form;
}

} // namespace

class TestCommonTree : public QObject
{
    Q_OBJECT

private slots:
    void rowsAreReadable_data();
    void rowsAreReadable();
    void bothColumnsOfTangledRunsAreReadable();
};

void TestCommonTree::rowsAreReadable_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<QString>("rows");
    const auto row = [](const char* name, const char* a, const char* b, const char* rows) {
        QTest::newRow(name) << QString::fromUtf8(a) << QString::fromUtf8(b)
                            << QString::fromUtf8(rows);
    };
    row("a user says more in between",
        "turn my order is late please\n llm I look\n tool look_up seven\n llm it comes today\n"
        "turn thank you for that\n llm bye",
        "turn my order is late please\n llm which number has it\nturn it is number seven\n llm I "
        "look\n tool look_up seven\n llm it comes today\nturn thank you for that\n llm bye",
        "= my order is late please\n + which number has it\n+ it is number seven\n = I look\n = "
        "look_up seven\n = it comes today\n= thank you for that\n = bye");
    row("two steps of one agent change places",
        "agent x\n tool one\n tool two\n tool three\n tool four",
        "agent x\n tool one\n tool three\n tool two\n tool four",
        "= x\n = one\n % two\n = three\n = four");
    row("a step moves into another turn",
        "turn how are the birds\n llm a\n tool count\n tool feed\nturn and how are the fish\n llm "
        "b",
        "turn how are the birds\n llm a\n tool feed\nturn and how are the fish\n tool count\n llm "
        "b",
        "= how are the birds\n = a\n - count elsewhere\n = feed\n= and how are the fish\n + count "
        "elsewhere\n = b");
    row("a step moves, and the turns around it have no partner",
        "turn how are the birds\n llm a\n tool feed\n llm b\nturn tell me everything now\n llm d\n "
        "tool "
        "count",
        "turn please bring water\n tool count\nturn how are the birds\n llm a\n tool feed\n llm b",
        "+ please bring water\n + count elsewhere\n= how are the birds\n = a\n = feed\n = b\n- "
        "tell me "
        "everything now\n - d\n - count elsewhere");
}

void TestCommonTree::rowsAreReadable()
{
    QFETCH(QString, a);
    QFETCH(QString, b);
    QFETCH(QString, rows);
    const TracePtr sideA = traceOfLines(a.toStdString());
    const TracePtr sideB = traceOfLines(b.toStdString());
    const TraceAlignment alignment = aligned(*sideA, *sideB);
    QCOMPARE(QString::fromStdString(rowsText(alignment, *sideA, *sideB)), rows);
    QCOMPARE(QString::fromStdString(RowReader(alignment, *sideA, *sideB).fault()), QString());
}

/// Whatever was moved: on both sides a parent stands above its children, and what is not marked is
/// in its own order.
void TestCommonTree::bothColumnsOfTangledRunsAreReadable()
{
    std::size_t faults = 0;
    std::size_t moved = 0;
    std::size_t apart = 0;
    std::size_t rows = 0;
    for (unsigned seed = 1; seed <= 1000; ++seed) {
        const EditedRun run = makeTangledRun(seed);
        const ScriptTrace a = traceOf(run.before, formOf(seed));
        const ScriptTrace b = traceOf(run.after, formOf(seed % 2 == 0 ? seed : seed * 7 + 3));
        const TraceAlignment alignment = aligned(*a.trace, *b.trace);
        const std::string fault = RowReader(alignment, *a.trace, *b.trace).fault();
        if (!fault.empty() && ++faults <= 10)
            qInfo("seed %u: %s", seed, fault.c_str());
        rows += alignment.pairs.size();
        for (const StepPair& pair : alignment.pairs) {
            moved += pair.isMoved ? 1 : 0;
            apart += pair.elsewhere.isValid() ? 1 : 0;
        }
    }
    qInfo("%zu rows: %zu are moved, %zu stand apart", rows, moved, apart);
    QCOMPARE(faults, std::size_t {0});
    QVERIFY(moved > 0);
    QVERIFY(apart > 0);
    // What is told this way stays the exception.
    QVERIFY(moved + apart < rows / 20);
}

QTEST_GUILESS_MAIN(TestCommonTree)
#include "tst_common_tree.moc"
