#include "gui/debug/attach_dialog.h"
#include "gui/debug/run_table.h"
#include "gui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QThreadPool>

#include <mutex>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::ListeningRun;

class TestAttachDialog : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void onlyRunIsChosenAtOnce();
    void chosenRunIsAskedFor();
    void listFollowsWhatListens();
    void whatIsTypedStaysWhenTheListChanges();
    void problemIsShownUntilOneTypes();
    void nothingIsAskedTwice();

private:
    static ListeningRun run(const QString& name, qint64 process = 100)
    {
        return {.name = name,
                .socket = u"/run/"_s + name,
                .agent = u"support"_s,
                .input = u"Where is my order?"_s,
                .process = process};
    }

    void setRuns(std::vector<ListeningRun> runs)
    {
        const std::scoped_lock lock(m_mutex);
        m_listening = std::move(runs);
    }

    void open(std::vector<ListeningRun> runs)
    {
        setRuns(std::move(runs));
        const auto listing = [this] {
            const std::scoped_lock lock(m_mutex);
            return m_listening;
        };
        m_dialog = std::make_unique<AttachDialog>(*m_theme, listing);
        m_dialog->show();
    }

    [[nodiscard]] QStringList names() const
    {
        QStringList names;
        const QAbstractItemModel& model = *m_dialog->runs().model();
        for (int row = 0; row < model.rowCount(); ++row)
            names << model.index(row, 0).data().toString();
        return names;
    }

    std::mutex m_mutex;
    std::vector<ListeningRun> m_listening;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<AttachDialog> m_dialog;
};

void TestAttachDialog::init()
{
    m_theme = std::make_unique<Theme>();
}

void TestAttachDialog::cleanup()
{
    m_dialog.reset();
    // A listing that is still under way reads from here.
    QThreadPool::globalInstance()->waitForDone();
    m_theme.reset();
}

void TestAttachDialog::onlyRunIsChosenAtOnce()
{
    open({run(u"support"_s)});
    QTRY_COMPARE(m_dialog->name().text(), u"support"_s);
    QSignalSpy asked(m_dialog.get(), &AttachDialog::attachRequested);
    QTest::keyClick(m_dialog.get(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.front().front().toString(), u"support"_s);
    QVERIFY(m_dialog->isVisible());
}

void TestAttachDialog::chosenRunIsAskedFor()
{
    open({run(u"a"_s), run(u"b"_s)});
    QTRY_COMPARE(names(), (QStringList {u"a"_s, u"b"_s}));
    QVERIFY(m_dialog->name().text().isEmpty());
    QSignalSpy asked(m_dialog.get(), &AttachDialog::attachRequested);
    QTest::keyClick(m_dialog.get(), Qt::Key_Return);
    QVERIFY(asked.isEmpty());
    m_dialog->runs().selectRow(1);
    QTest::keyClick(&m_dialog->runs(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.front().front().toString(), u"b"_s);
}

void TestAttachDialog::listFollowsWhatListens()
{
    open({});
    QTRY_VERIFY(m_dialog->runs().emptyText().startsWith(u"No run listens"));
    const QAbstractItemModelTester tester(m_dialog->runs().model());
    setRuns({run(u"b"_s), run(u"d"_s)});
    QTRY_COMPARE(names(), (QStringList {u"b"_s, u"d"_s}));
    m_dialog->runs().selectRow(1);
    // The same name again is another run.
    setRuns({run(u"a"_s), run(u"b"_s, 200), run(u"c"_s), run(u"d"_s)});
    QTRY_COMPARE(names(), (QStringList {u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
    QCOMPARE(m_dialog->runs().model()->index(1, 3).data().toString(), u"200"_s);
    QCOMPARE(m_dialog->runs().currentRow(), 3);
    setRuns({});
    QTRY_VERIFY(names().isEmpty());
}

void TestAttachDialog::whatIsTypedStaysWhenTheListChanges()
{
    open({});
    m_dialog->name().setText(u"other"_s);
    setRuns({run(u"support"_s)});
    QTRY_COMPARE(names(), QStringList {u"support"_s});
    QCOMPARE(m_dialog->name().text(), u"other"_s);
}

void TestAttachDialog::problemIsShownUntilOneTypes()
{
    open({});
    m_dialog->name().setText(u"wrong"_s);
    QTest::keyClick(m_dialog.get(), Qt::Key_Return);
    m_dialog->setProblem(u"No run listens on wrong."_s);
    QCOMPARE(m_dialog->problem(), u"No run listens on wrong."_s);
    m_dialog->name().setText(u"wron"_s);
    QVERIFY(m_dialog->problem().isEmpty());
}

void TestAttachDialog::nothingIsAskedTwice()
{
    open({});
    QSignalSpy asked(m_dialog.get(), &AttachDialog::attachRequested);
    m_dialog->name().setText(u"slow"_s);
    QTest::keyClick(&m_dialog->name(), Qt::Key_Return);
    QTest::keyClick(&m_dialog->name(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    m_dialog->setProblem(u"No."_s);
    QTest::keyClick(&m_dialog->name(), Qt::Key_Return);
    QCOMPARE(asked.size(), 2);
}

QTEST_MAIN(TestAttachDialog)
#include "tst_attach_dialog.moc"
