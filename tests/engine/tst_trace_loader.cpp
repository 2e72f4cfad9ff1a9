#include "engine/runtime/trace_loader.h"
#include "tests/support/tree_importer.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <semaphore>

using namespace Qt::StringLiterals;
using namespace tracestore;
using engine::TraceLoader;

class TestTraceLoader : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aTraceComesOnTheThreadOfTheOwner();
    void failuresComeAsErrors();
    void costsAreComputed();
    void cancellingEndsTheLoad();
    void aNewerLoadReplacesTheOneBefore();
    void theDestructorCancelsAndWaits();
    void progressIsTold();

private:
    [[nodiscard]] OpenRequest request(const QString& name) const
    {
        return {.paths = {m_folder->filePath(name).toStdString()}};
    }

    void put(const QString& name, const QByteArray& text) const
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

/// Says that it has begun, makes a step forward, and does nothing more until it is cancelled.
class EndlessImporter : public Importer
{
public:
    std::string_view id() const override { return "endless"; }

    std::string_view name() const override { return "Endless"; }

    std::string_view origin() const override { return "tests"; }

    bool sniff(const Sample& sample) const override { return sample.head.starts_with("endless"); }

    Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>&, TraceBuilder&, Job& job) const override
    {
        job.advance(3);
        m_begun.release();
        while (!job.isCancelled())
            QThread::yieldCurrentThread();
        m_ended.release();
        return cancelled();
    }

    bool waitUntilBegun() const { return m_begun.try_acquire_for(std::chrono::seconds(20)); }

    bool hasEnded() const { return m_ended.try_acquire(); }

private:
    mutable std::counting_semaphore<> m_begun {0};
    mutable std::counting_semaphore<> m_ended {0};
};

struct Formats
{
    ImporterRegistry registry;
    const EndlessImporter* endless = nullptr;
};

Formats formats()
{
    Formats made;
    made.registry.add(std::make_unique<tests::TreeImporter>());
    auto endless = std::make_unique<EndlessImporter>();
    made.endless = endless.get();
    made.registry.add(std::move(endless));
    return made;
}

} // namespace

void TestTraceLoader::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    put(u"tree"_s, "kymo test tree\nagent main [ok] 10ms\n  llm chat [ok] 5ms in=1\n");
    put(u"endless"_s, "endless");
}

void TestTraceLoader::aTraceComesOnTheThreadOfTheOwner()
{
    const Formats known = formats();
    TraceLoader loader(known.registry, nullptr);
    TracePtr trace;
    const QThread* thread = nullptr;
    connect(&loader, &TraceLoader::loaded, this, [&](const TracePtr& loaded) {
        trace = loaded;
        thread = QThread::currentThread();
        QVERIFY(!loader.isLoading());
    });
    loader.load(request(u"tree"_s));
    QVERIFY(loader.isLoading());
    QTRY_VERIFY(trace != nullptr);
    QCOMPARE(thread, QThread::currentThread());
    QCOMPARE(trace->spanCount(), std::size_t {2});
}

void TestTraceLoader::failuresComeAsErrors()
{
    const Formats known = formats();
    TraceLoader loader(known.registry, nullptr);
    const QSignalSpy loads(&loader, &TraceLoader::loaded);
    Error error;
    connect(&loader, &TraceLoader::failed, this, [&](const Error& failure) { error = failure; });
    loader.load(request(u"missing"_s));
    QTRY_VERIFY(!error.message.empty());
    QCOMPARE(error.code, ErrorCode::NotFound);
    QVERIFY(loads.isEmpty());
}

void TestTraceLoader::costsAreComputed()
{
    // The test format names no model: a table that prices the unnamed one.
    auto table = PriceTable::parse(
        R"({"models":[{"match":["*"],"prices":[{"from":"2020-01-01","input":1000000}]}]})");
    QVERIFY(table.has_value());
    const Formats known = formats();
    TraceLoader loader(known.registry, std::make_shared<const PriceTable>(std::move(*table)));
    TracePtr trace;
    connect(&loader, &TraceLoader::loaded, this, [&](const TracePtr& loaded) { trace = loaded; });
    loader.load(request(u"tree"_s));
    QTRY_VERIFY(trace != nullptr);
    QVERIFY(trace->cost(SpanId(1)) != nullptr);
    QCOMPARE(trace->cost(SpanId(1))->amount, 1.0);
}

void TestTraceLoader::cancellingEndsTheLoad()
{
    const Formats known = formats();
    TraceLoader loader(known.registry, nullptr);
    Error error;
    connect(&loader, &TraceLoader::failed, this, [&](const Error& failure) { error = failure; });
    loader.load(request(u"endless"_s));
    QVERIFY(known.endless->waitUntilBegun());
    loader.cancel();
    QTRY_COMPARE(error.code, ErrorCode::Cancelled);
    QVERIFY(!loader.isLoading());
}

void TestTraceLoader::aNewerLoadReplacesTheOneBefore()
{
    const Formats known = formats();
    TraceLoader loader(known.registry, nullptr);
    const QSignalSpy failures(&loader, &TraceLoader::failed);
    const QSignalSpy loads(&loader, &TraceLoader::loaded);
    loader.load(request(u"endless"_s));
    QVERIFY(known.endless->waitUntilBegun());
    loader.load(request(u"tree"_s));
    QTRY_COMPARE(loads.size(), 1);
    QVERIFY(known.endless->hasEnded());
    QVERIFY(failures.isEmpty());
}

void TestTraceLoader::theDestructorCancelsAndWaits()
{
    const Formats known = formats();
    {
        TraceLoader loader(known.registry, nullptr);
        loader.load(request(u"endless"_s));
        QVERIFY(known.endless->waitUntilBegun());
    }
    QVERIFY(known.endless->hasEnded());
}

void TestTraceLoader::progressIsTold()
{
    const Formats known = formats();
    TraceLoader loader(known.registry, nullptr);
    const QSignalSpy progress(&loader, &TraceLoader::progressed);
    loader.load(request(u"endless"_s));
    QTRY_VERIFY(!progress.isEmpty());
    QCOMPARE(progress.first().at(0).toULongLong(), quint64 {3});
    QCOMPARE(progress.first().at(1).toULongLong(), quint64 {7});
}

QTEST_GUILESS_MAIN(TestTraceLoader)
#include "tst_trace_loader.moc"
