#include "gui/app/bundle_dialog.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_workspace.h"
#include "gui/notes/note_editor.h"
#include "gui/notes/notes_model.h"
#include "gui/notes/notes_view.h"
#include "gui/theme/theme.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trace_maker.h"
#include "tracestore/store/kymo_writer.h"

#include <QAbstractItemModelTester>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>
#include <QUndoStack>

using namespace gui;
using namespace Qt::StringLiterals;
using tests::TemporaryFolder;
using tracestore::Annotation;
using tracestore::AnnotationStore;
using tracestore::SpanId;
using tracestore::TracePtr;

namespace fs = std::filesystem;

/// Notes and bookmarks in the desktop: kept with the trace, undone, listed, packed.
class TestAnnotations : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void whatIsNotedIsInTheFile();
    void twoTabsOfAFileShareTheirNotes();
    void undoAndRedoGoWithBreakpoints();
    void undoStillWorksWhenTheTabIsClosed();
    void bookmarksOfTheSettingsAreTakenOver();
    void theListShowsGoesAndFilters();
    void deleteRemovesAndF2Changes();
    void anEmptyNoteIsNoneAndOneThatIsEmptiedGoes();
    void aProblemIsSaid();
    void hostileTextStaysText();
    void theBundleShowsWhatIsMaskedBeforeItIsWritten();
    void aWrongMaskIsExplained();
    void settingsOfABundleAreUsedWithOrInsteadOfMine();

private:
    void save(const fs::path& file)
    {
        tracestore::Job job;
        QVERIFY(tracestore::saveKymo(*m_trace, file, job));
    }

    std::unique_ptr<SessionContext> contextOf(const fs::path& file)
    {
        auto context = std::make_unique<SessionContext>(m_trace, *m_theme);
        context->annotations().setBook(m_shelf->book(file));
        return context;
    }

    static bool waitFor(const SessionContext& context)
    {
        const AnnotationBook& book = context.annotations().book();
        return QTest::qWaitFor([&] { return book.isRead() && !book.isWriting(); });
    }

    std::vector<Annotation> kept(const fs::path& file) const
    {
        const auto reading = AnnotationStore(file, m_folder->path() / "notes").read();
        std::vector<Annotation> there;
        if (reading)
            for (const Annotation& one : reading->annotations)
                if (!one.isRemoved)
                    there.push_back(one);
        return there;
    }

    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<DebugWorkspace> m_workspace;
    std::unique_ptr<AnnotationShelf> m_shelf;
    TracePtr m_trace;
};

void TestAnnotations::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    m_theme = std::make_unique<Theme>(u"dark"_s);
    m_workspace = std::make_unique<DebugWorkspace>();
    m_shelf
        = std::make_unique<AnnotationShelf>(m_folder->path() / "notes", &m_workspace->undoStack());
    m_trace = tests::makeAgentTrace(3);
}

void TestAnnotations::cleanup()
{
    m_shelf.reset();
    m_workspace.reset();
}

void TestAnnotations::whatIsNotedIsInTheFile()
{
    const fs::path file = m_folder->file("a.kymo");
    save(file);
    const auto context = contextOf(file);
    QVERIFY(waitFor(*context));
    context->annotations().addNote(SpanId(2), u"it lies"_s);
    context->annotations().toggleBookmark(SpanId(4));
    QVERIFY(context->annotations().noted().contains(SpanId(2)));
    QVERIFY(context->annotations().bookmarks().contains(SpanId(4)));
    QVERIFY(waitFor(*context));
    QCOMPARE(kept(file).size(), std::size_t {2});
    context->annotations().toggleBookmark(SpanId(4));
    QVERIFY(!context->annotations().bookmarks().contains(SpanId(4)));
    context->annotations().changeNote(context->annotations().notesOf(SpanId(2))[0].key,
                                      u"it does not lie"_s);
    QVERIFY(waitFor(*context));
    QCOMPARE(kept(file).size(), std::size_t {1});
    QCOMPARE(kept(file)[0].text, std::string("it does not lie"));
    QVERIFY(context->annotations().book().problem().isEmpty());
}

void TestAnnotations::twoTabsOfAFileShareTheirNotes()
{
    const fs::path file = m_folder->file("a.kymo");
    save(file);
    const auto one = contextOf(file);
    const auto two = contextOf(m_folder->path() / "." / "a.kymo");
    QCOMPARE(&one->annotations().book(), &two->annotations().book());
    const QSignalSpy changes(&two->annotations(), &Annotations::changed);
    one->annotations().addNote(SpanId(1), u"seen in both"_s);
    QVERIFY(!changes.isEmpty());
    QVERIFY(two->annotations().noted().contains(SpanId(1)));
}

void TestAnnotations::undoAndRedoGoWithBreakpoints()
{
    const auto context = contextOf({});
    Annotations& annotations = context->annotations();
    annotations.addNote(SpanId(1), u"first"_s);
    m_workspace->add(engine::Watch {.expression = "spent"});
    annotations.toggleBookmark(SpanId(3));
    QUndoStack& stack = m_workspace->undoStack();
    QCOMPARE(stack.count(), 3);
    stack.undo();
    QVERIFY(annotations.bookmarks().isEmpty());
    QCOMPARE(m_workspace->setup().watches.size(), std::size_t {1});
    stack.undo();
    stack.undo();
    QVERIFY(annotations.entries().empty());
    QVERIFY(m_workspace->setup().watches.empty());
    for (int i = 0; i < 3; ++i)
        stack.redo();
    QCOMPARE(annotations.notesOf(SpanId(1)).at(0).text, std::string("first"));
    QVERIFY(annotations.bookmarks().contains(SpanId(3)));
    annotations.remove({annotations.notesOf(SpanId(1)).at(0).key});
    stack.undo();
    QCOMPARE(annotations.notesOf(SpanId(1)).at(0).text, std::string("first"));
}

void TestAnnotations::undoStillWorksWhenTheTabIsClosed()
{
    const fs::path file = m_folder->file("a.kymo");
    save(file);
    auto context = contextOf(file);
    context->annotations().addNote(SpanId(1), u"first"_s);
    QVERIFY(waitFor(*context));
    context.reset();
    m_workspace->undoStack().undo();
    context = contextOf(file);
    QVERIFY(waitFor(*context));
    QVERIFY(kept(file).empty());
    QVERIFY(context->annotations().entries().empty());
}

void TestAnnotations::bookmarksOfTheSettingsAreTakenOver()
{
    const fs::path file = m_folder->file("a.kymo");
    save(file);
    const auto context = contextOf(file);
    const auto address = addressOf(*m_trace, SpanId(5));
    QJsonArray marks {QJsonObject {{u"step"_s, 5},
                                   {u"name"_s, QString::fromStdString(address.name)},
                                   {u"trace"_s, QString::fromStdString(address.traceId)},
                                   {u"id"_s, QString::fromStdString(address.origId)}},
                      QJsonObject {{u"step"_s, 1e300}, {u"name"_s, u"gone"_s}},
                      u"nonsense"_s};
    context->annotations().takeOver(marks);
    context->annotations().takeOver(marks);
    QCOMPARE(context->annotations().entries().size(), std::size_t {1});
    QVERIFY(context->annotations().bookmarks().contains(SpanId(5)));
    QCOMPARE(m_workspace->undoStack().count(), 0);
    QVERIFY(waitFor(*context));
    QCOMPARE(kept(file).size(), std::size_t {1});
}

void TestAnnotations::theListShowsGoesAndFilters()
{
    const auto context = contextOf({});
    NotesView view(*context);
    const QAbstractItemModelTester tester(view.list().model());
    view.resize(600, 300);
    view.show();
    QVERIFY(!view.list().isVisible());
    context->annotations().addNote(SpanId(2), u"the tool lies\nand more"_s);
    context->annotations().addNote({}, u"about all"_s);
    context->annotations().toggleBookmark(SpanId(4));
    QVERIFY(view.list().isVisible());
    QCOMPARE(view.list().model()->rowCount(), 3);
    view.findChild<QLineEdit*>()->setText(u"LIES"_s);
    QCOMPARE(view.list().model()->rowCount(), 1);
    const QSignalSpy revealed(context.get(), &SessionContext::revealed);
    view.list().setCurrentIndex(view.list().model()->index(0, 0));
    QTest::keyClick(&view.list(), Qt::Key_Return);
    QCOMPARE(revealed.size(), qsizetype {1});
    QCOMPARE(context->selected(), SpanId(2));
    view.findChild<QLineEdit*>()->setText(u"nobody wrote this"_s);
    QVERIFY(!view.list().isVisible());
}

void TestAnnotations::deleteRemovesAndF2Changes()
{
    const auto context = contextOf({});
    NotesView view(*context);
    view.resize(600, 300);
    view.show();
    context->annotations().addNote(SpanId(2), u"first"_s);
    view.list().setCurrentIndex(view.list().model()->index(0, 0));
    QTest::keyClick(&view.list(), Qt::Key_F2);
    auto* editor = view.findChild<NoteEditor*>();
    QVERIFY(editor != nullptr);
    editor->findChild<QPlainTextEdit*>()->setPlainText(u"changed"_s);
    editor->accept();
    QCOMPARE(context->annotations().notesOf(SpanId(2)).at(0).text, std::string("changed"));
    view.list().setCurrentIndex(view.list().model()->index(0, 0));
    QTest::keyClick(&view.list(), Qt::Key_Delete);
    QVERIFY(context->annotations().entries().empty());
    m_workspace->undoStack().undo();
    QCOMPARE(view.list().model()->rowCount(), 1);
}

void TestAnnotations::anEmptyNoteIsNoneAndOneThatIsEmptiedGoes()
{
    const auto context = contextOf({});
    NoteEditor empty(*context, SpanId(1));
    empty.accept();
    QVERIFY(context->annotations().entries().empty());
    NoteEditor written(*context, SpanId(1));
    written.findChild<QPlainTextEdit*>()->setPlainText(u"  text  "_s);
    written.accept();
    QCOMPARE(context->annotations().notesOf(SpanId(1)).at(0).text, std::string("text"));
    NoteEditor emptied(*context, context->annotations().notesOf(SpanId(1)).at(0).key);
    emptied.findChild<QPlainTextEdit*>()->setPlainText(u" \n"_s);
    emptied.accept();
    QVERIFY(context->annotations().entries().empty());
}

void TestAnnotations::aProblemIsSaid()
{
    const auto context = contextOf(m_folder->file("not there.jsonl"));
    NotesView view(*context);
    QVERIFY(QTest::qWaitFor([&] { return !context->annotations().book().problem().isEmpty(); }));
    const auto labels = view.findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(
        labels, [](const QLabel* label) { return label->text().contains(u"not there.jsonl"_s); }));
}

void TestAnnotations::hostileTextStaysText()
{
    const auto context = contextOf({});
    NotesModel model(*context);
    context->annotations().addNote(SpanId(1), u"<b>bold</b>\u202E\n\0x"_s);
    const QString shown = model.index(0, NotesModel::TextColumn).data().toString();
    QVERIFY(shown.startsWith(u"<b>bold</b>"_s));
    QVERIFY(!shown.contains(u'\u202E'));
    QVERIFY(!shown.contains(u'\n'));
    NoteEditor editor(*context, context->annotations().notesOf(SpanId(1)).at(0).key);
    for (const QLabel* label : editor.findChildren<QLabel*>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestAnnotations::theBundleShowsWhatIsMaskedBeforeItIsWritten()
{
    const fs::path file = m_folder->file("a.kymo");
    save(file);
    engine::BundleRequest request;
    request.file = file;
    request.trace = m_trace;
    request.annotations.push_back({.key = "n", .text = "ask Ada Lovelace"});
    BundleDialog dialog(std::move(request), *m_theme);
    QSignalSpy prepared(&dialog, &BundleDialog::prepared);
    QVERIFY(prepared.wait());
    auto* preview = dialog.findChild<QPlainTextEdit*>(u"bundlePreview"_s);
    QVERIFY(preview->toPlainText().contains(u"1 note"_s));
    dialog.findChild<QPlainTextEdit*>(u"bundleMasks"_s)->setPlainText(u"\"Ada Lovelace\"\n"_s);
    QVERIFY(dialog.bundle() == nullptr);
    QVERIFY(prepared.wait());
    QVERIFY(dialog.bundle() != nullptr);
    QVERIFY2(preview->toPlainText().contains(u"notes    \"Ada Lovelace\""_s),
             qPrintable(preview->toPlainText()));
    QCOMPARE(dialog.bundle()->places().size(), std::size_t {1});
}

void TestAnnotations::aWrongMaskIsExplained()
{
    engine::BundleRequest request;
    request.file = "nothing";
    request.trace = m_trace;
    BundleDialog dialog(std::move(request), *m_theme);
    QSignalSpy prepared(&dialog, &BundleDialog::prepared);
    QVERIFY(prepared.wait());
    dialog.findChild<QPlainTextEdit*>(u"bundleMasks"_s)->setPlainText(u"email"_s);
    QVERIFY(prepared.wait());
    QVERIFY(dialog.bundle() == nullptr);
    const auto labels = dialog.findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(
        labels, [](const QLabel* label) { return label->text().contains(u"args.NAME"_s); }));
}

void TestAnnotations::settingsOfABundleAreUsedWithOrInsteadOfMine()
{
    m_workspace->add(engine::Watch {.expression = "mine"});
    engine::DebugSetup setup;
    setup.watches.push_back({.id = 1, .expression = "theirs"});
    m_workspace->use(setup, false);
    QCOMPARE(m_workspace->setup().watches.size(), std::size_t {2});
    QVERIFY(m_workspace->setup().watches[0].id != m_workspace->setup().watches[1].id);
    m_workspace->use(setup, true);
    QCOMPARE(m_workspace->setup().watches.size(), std::size_t {1});
    QCOMPARE(m_workspace->setup().watches[0].expression, std::string("theirs"));
    m_workspace->undoStack().undo();
    m_workspace->undoStack().undo();
    QCOMPARE(m_workspace->setup().watches.size(), std::size_t {1});
    QCOMPARE(m_workspace->setup().watches[0].expression, std::string("mine"));
}

QTEST_MAIN(TestAnnotations)

#include "tst_annotations.moc"
