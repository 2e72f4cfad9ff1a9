#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

/// The folders of a library from the lowest layer up. A folder may include its own layer's folders
/// only where they are the same, and every lower layer; what stands at the library's root may
/// include all of it.
using Layers = QList<QStringList>;

const Layers kTracestore {{u"base"_s},
                          {u"model"_s},
                          {u"store"_s},
                          {u"import"_s, u"query"_s, u"recording"_s},
                          {u"analysis"_s},
                          {u"export"_s, u"annotation"_s, u"provenance"_s},
                          {u"compare"_s, u"findings"_s}};

const Layers kEngine {
    {u"config"_s, u"wire"_s, u"statistics"_s},
    {u"effect"_s},
    {u"provider"_s, u"tool"_s, u"policy"_s, u"agent"_s, u"plugin"_s, u"breakpoint"_s},
    {u"run"_s},
    {u"debug"_s},
    {u"replay"_s, u"proxy"_s, u"branch"_s, u"travel"_s},
    {u"experiment"_s, u"bundle"_s, u"findings"_s},
    {u"runtime"_s},
    {u"cli"_s}};

const Layers kGui {{u"theme"_s},
                   {u"context"_s},
                   {u"models"_s},
                   {u"delegates"_s, u"widgets"_s},
                   {u"messages"_s},
                   {u"search"_s,
                    u"steps"_s,
                    u"timeline"_s,
                    u"graph"_s,
                    u"conversation"_s,
                    u"inspector"_s,
                    u"sessions"_s,
                    u"summary"_s,
                    u"sequence"_s,
                    u"agents"_s,
                    u"notes"_s,
                    u"lens"_s,
                    u"origins"_s,
                    u"findings"_s,
                    u"docks"_s},
                   {u"debug"_s},
                   {u"dialogs"_s},
                   {u"replay"_s, u"branches"_s, u"compare"_s, u"experiments"_s},
                   {u"app"_s}};

/// The layer of `library/folder/...`; past the last one for files at the library's root.
qsizetype layerOf(const Layers& layers, const QString& folder)
{
    for (qsizetype i = 0; i < layers.size(); ++i) {
        if (layers[i].contains(folder))
            return i;
    }
    return layers.size();
}

QString folderOf(const QString& path)
{
    const QStringList parts = path.split(u'/');
    return parts.size() > 2 ? parts[1] : QString();
}

/// Why the file may not have the include; empty where it may.
QString complaint(const QString& file, const QString& include)
{
    const QString from = file.section(u'/', 0, 0);
    const QString to = include.section(u'/', 0, 0);
    const QStringList libraries {u"tracestore"_s, u"engine"_s, u"gui"_s};
    if (!libraries.contains(to))
        return {};
    if (libraries.indexOf(to) > libraries.indexOf(from))
        return u"points upwards, from %1 to %2"_s.arg(from, to);
    if (from != to)
        return {};
    const Layers& layers = from == u"tracestore"_s ? kTracestore
        : from == u"engine"_s                      ? kEngine
                                                   : kGui;
    const qsizetype fromLayer = layerOf(layers, folderOf(file));
    const qsizetype toLayer = layerOf(layers, folderOf(include));
    if (toLayer > fromLayer)
        return u"points upwards inside %1"_s.arg(from);
    if (toLayer == fromLayer && folderOf(file) != folderOf(include))
        return u"points sideways inside %1"_s.arg(from);
    return {};
}

bool isWidgetsHeader(const QString& include)
{
    static const QString folder = QLibraryInfo::path(QLibraryInfo::HeadersPath) + u"/QtWidgets/"_s;
    return include.startsWith(u"QtWidgets"_s) || QFile::exists(folder + include);
}

/// Why a header of others may not be used there.
QString foreignComplaint(const QString& file, const QString& include)
{
    static const QRegularExpression qtHeader(u"^Q[A-Za-z]"_s);
    const QString library = file.section(u'/', 0, 0);
    const bool isQt = qtHeader.match(include).hasMatch();
    if (library == u"tracestore"_s && isQt)
        return u"is Qt inside tracestore"_s;
    if (library == u"engine"_s && isQt && isWidgetsHeader(include))
        return u"is Qt Widgets outside gui"_s;
    const bool isGraphviz = include.startsWith(u"graphviz/"_s);
    if (isGraphviz && !file.startsWith(u"gui/graph/layout_process/"_s))
        return u"is Graphviz outside its process"_s;
    return {};
}

/// `line: include why` for each wrong line of a file.
QStringList complaints(const QString& file, const QString& content)
{
    static const QRegularExpression includeLine(u"^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"_s,
                                                QRegularExpression::MultilineOption);
    // Time and chance come in by Clock and Random; what measures the program itself is no run.
    static const QRegularExpression impure(
        u"\\b(system_clock::now|steady_clock::now|random_device|srand\\s*\\(|[^\\w.]rand\\s*\\(|currentDateTime|currentMSecsSinceEpoch|QRandomGenerator)"_s);
    QStringList wrong;
    for (auto found = includeLine.globalMatch(content); found.hasNext();) {
        const auto match = found.next();
        const QString why = match.captured(1) == u"<"_s ? foreignComplaint(file, match.captured(2))
                                                        : complaint(file, match.captured(2));
        if (!why.isEmpty())
            wrong << file + u": "_s + match.captured(2) + u' ' + why;
    }
    const bool mayBeImpure
        = file.startsWith(u"gui/"_s) || file == u"engine/runtime/system_world.cpp"_s;
    if (!mayBeImpure && impure.match(content).hasMatch())
        wrong << file + u": reads the clock or chance by itself"_s;
    return wrong;
}

} // namespace

class TestLayering : public QObject
{
    Q_OBJECT

private slots:
    void arrowsPointDown();
    void wrongIncludesAreFound_data();
    void wrongIncludesAreFound();
};

void TestLayering::arrowsPointDown()
{
    const QString root = qEnvironmentVariable("KYMO_SOURCE_DIR");
    qsizetype files = 0;
    QStringList wrong;
    for (const QString& library : {u"tracestore"_s, u"engine"_s, u"gui"_s}) {
        QDirIterator walk(root + u'/' + library,
                          {u"*.h"_s, u"*.cpp"_s},
                          QDir::Files,
                          QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            QFile file(walk.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            wrong += complaints(file.fileName().mid(root.size() + 1),
                                QString::fromUtf8(file.readAll()));
            ++files;
        }
    }
    QVERIFY2(files > 40, "the sources were not found");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
}

void TestLayering::wrongIncludesAreFound_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("content");
    QTest::addColumn<int>("count");
    const auto row = [](const char* name, const QString& file, const QString& content, int count) {
        QTest::newRow(name) << file << content << count;
    };
    row("Qt in tracestore", u"tracestore/model/a.h"_s, u"#include <QString>\n"_s, 1);
    row("gui from engine", u"engine/config/a.h"_s, u"#include \"gui/theme/theme.h\"\n"_s, 1);
    row("engine from tracestore",
        u"tracestore/open_trace.cpp"_s,
        u"#include \"engine/x.h\"\n"_s,
        1);
    row("up inside tracestore",
        u"tracestore/model/a.h"_s,
        u"#include \"tracestore/store/b.h\"\n"_s,
        1);
    row("sideways inside tracestore",
        u"tracestore/import/a.h"_s,
        u"#include \"tracestore/export/b.h\"\n"_s,
        1);
    row("Widgets in engine", u"engine/runtime/a.h"_s, u"# include <QWidget>\n"_s, 1);
    row("one view from another", u"gui/graph/a.h"_s, u"#include \"gui/timeline/b.h\"\n"_s, 1);
    row("Graphviz in the desktop", u"gui/graph/a.cpp"_s, u"#include <graphviz/gvc.h>\n"_s, 1);
    row("clock in tracestore",
        u"tracestore/model/a.cpp"_s,
        u"auto t = std::chrono::system_clock::now();\n"_s,
        1);
    row("all is well",
        u"gui/app/a.cpp"_s,
        u"#include \"gui/app/a.h\"\n#include \"tracestore/model/trace.h\"\n#include <QWidget>\n"_s,
        0);
    row("root of the library",
        u"tracestore/open_trace.h"_s,
        u"#include \"tracestore/import/importer.h\"\n"_s,
        0);
}

void TestLayering::wrongIncludesAreFound()
{
    QFETCH(QString, file);
    QFETCH(QString, content);
    QFETCH(int, count);
    QCOMPARE(complaints(file, content).size(), count);
}

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
