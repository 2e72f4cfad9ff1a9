#include "tests/support/opened.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"
#include "tracestore/store/kymo_writer.h"

#include <QTest>

#include <atomic>
#include <future>
#include <thread>

using namespace tracestore;
using namespace std::chrono_literals;

/// What the headers promise to more than one thread; worth most under ThreadSanitizer.
class TestThreads : public QObject
{
    Q_OBJECT

private slots:
    void allThreadsReadTheSame_data();
    void allThreadsReadTheSame();
    void anotherThreadCancels();
};

namespace {

constexpr std::size_t kThreads = 4;

std::filesystem::path savedAsKymo(const tests::TemporaryFolder& folder,
                                  const std::filesystem::path& path)
{
    const auto trace = tests::openFiles({path});
    const auto saved = folder.file("saved.kymo");
    Job job;
    return trace && saveKymo(**trace, saved, job) ? saved : std::filesystem::path();
}

/// Has no answer until the job that asks is cancelled.
class WaitingPayloads : public tests::FixedPayloads
{
public:
    explicit WaitingPayloads(const Job& job)
        : m_job(job)
    { }

    [[nodiscard]] bool isAsked() const { return m_isAsked; }

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
    {
        m_isAsked = true;
        while (!m_job.isCancelled())
            std::this_thread::yield();
        return FixedPayloads::detail(span);
    }

private:
    const Job& m_job;
    mutable std::atomic<bool> m_isAsked {false};
};

} // namespace

void TestThreads::allThreadsReadTheSame_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<bool>("isSaved");
    for (const std::string file : {"otlp/request.json",
                                   "otlp/lines.jsonl",
                                   "claude-code/interleaved.jsonl",
                                   "claude-code/folder"}) {
        QTest::newRow(file.c_str()) << file << false;
        QTest::newRow((file + ", saved").c_str()) << file << true;
    }
}

void TestThreads::allThreadsReadTheSame()
{
    QFETCH(std::string, file);
    QFETCH(bool, isSaved);
    const tests::TemporaryFolder folder;
    const auto path = tests::dataDir() / file;
    const auto trace = tests::openFiles({isSaved ? savedAsKymo(folder, path) : path});
    QVERIFY2(trace.has_value(), trace ? "" : trace.error().message.c_str());
    std::vector<std::future<std::string>> texts;
    for (std::size_t i = 0; i < kThreads; ++i)
        texts.push_back(std::async(std::launch::async, [&] { return tests::fullText(**trace); }));
    const std::string expected = tests::fullText(**trace);
    QVERIFY(expected.find("\nspan ") != std::string::npos);
    QVERIFY(expected.find("failed:") == std::string::npos);
    for (auto& text : texts)
        QCOMPARE(text.get(), expected);
}

void TestThreads::anotherThreadCancels()
{
    const tests::TemporaryFolder folder;
    const auto path = folder.file("kept.kymo");
    tests::writeFile(path, "what was there");
    Job job;
    const auto payloads = std::make_shared<WaitingPayloads>(job);
    TraceBuilder builder = tests::builderWithSession();
    for (int i = 0; i < 10'000; ++i)
        builder.addSpan({.session = SessionId(0), .name = "span"});
    const TracePtr trace = builder.finish(payloads);
    auto saving = std::async(std::launch::async, [&] { return saveKymo(*trace, path, job); });
    while (!payloads->isAsked() && saving.wait_for(0s) != std::future_status::ready)
        std::this_thread::yield();
    job.cancel();
    const auto saved = saving.get();
    QVERIFY(payloads->isAsked());
    QVERIFY(!saved.has_value());
    QCOMPARE(saved.error().code, ErrorCode::Cancelled);
    QVERIFY(job.done() < trace->spanCount());
    QCOMPARE(tests::contentOf(path), std::string("what was there"));
}

QTEST_GUILESS_MAIN(TestThreads)
#include "tst_threads.moc"
