#include "gui/app/compare_dialog.h"
#include "gui/app/compare_tab.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/app/status_strip.h"
#include "gui/app/trace_page.h"
#include "gui/branches/fork_place.h"
#include "gui/compare/compare_actions.h"
#include "gui/compare/compare_bar.h"
#include "gui/compare/compare_page.h"
#include "gui/compare/compare_words.h"
#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/compare/named_session.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

// Comparisons in the window: what is compared, and what is done with their pairs.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::SpanId;

namespace {

    QString canonical(const QString& path)
    {
        const QString whole = QFileInfo(path).canonicalFilePath();
        return whole.isEmpty() ? QFileInfo(path).absoluteFilePath() : whole;
    }

    /// What a tab shows, as a side of a comparison; nothing where it shows no trace.
    std::optional<CompareSource> sourceOfTab(const QWidget* widget)
    {
        const auto* trace = qobject_cast<const TraceTab*>(widget);
        const auto* run = qobject_cast<const RunTab*>(widget);
        const TracePage* page = trace != nullptr ? trace->page()
            : run != nullptr                     ? run->page()
                                                 : nullptr;
        if (page == nullptr)
            return {};
        CompareSource source;
        source.trace = page->context().trace();
        source.path = trace != nullptr ? trace->path()
            : run->isTravel()          ? run->home().path
                                       : canonical(run->status().recordFile);
        source.title = trace != nullptr ? trace->title() : run->title();
        return source;
    }

} // namespace

void MainWindow::addCompareBar()
{
    m_compareBar = new CompareBar(*m_compare, m_services.theme, this);
    QMainWindow::addToolBar(m_compareBar);
    m_compareBar->hide();
    for (QAction* action : m_compare->all())
        addAction(action);
    connect(m_compare->compareWith, &QAction::triggered, this, &MainWindow::askWhatToCompare);
    connect(m_compare->sessions, &QAction::triggered, this, [this] {
        if (CompareTab* tab = currentComparison())
            tab->chooseSessions();
        updateComparison();
    });
    connect(m_compareBar, &CompareBar::pairMenuRequested, this, [this](QMenu* menu) {
        CompareTab* tab = currentComparison();
        if (tab != nullptr && tab->page() != nullptr && tab->page()->context().selected())
            fillPairMenu(*menu, *tab, *tab->page()->context().selected());
    });
}

CompareTab* MainWindow::currentComparison() const
{
    return qobject_cast<CompareTab*>(m_tabs->currentWidget());
}

/// Of the tabs, that in front first.
std::vector<CompareSource> MainWindow::openSources() const
{
    std::vector<CompareSource> sources;
    if (auto front = sourceOfTab(m_tabs->currentWidget()))
        sources.push_back(*std::move(front));
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (i == m_tabs->currentIndex())
            continue;
        if (auto other = sourceOfTab(m_tabs->widget(i)))
            sources.push_back(*std::move(other));
    }
    return sources;
}

CompareSource MainWindow::sourceOf(const QString& path) const
{
    const tracestore::NamedSession named = tracestore::namedSession(path.toStdString());
    const QString whole = canonical(toText(named.file));
    for (CompareSource& source : openSources()) {
        if (source.path == whole) {
            source.title.clear();
            source.named = named.session;
            return source;
        }
    }
    CompareSource source;
    source.path = whole;
    source.named = named.session;
    return source;
}

void MainWindow::askWhatToCompare()
{
    auto* dialog
        = new CompareDialog(openSources(), m_services.settings.recent(), m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        OfBoth<CompareSource> sources {dialog->source(CompareSide::A),
                                       dialog->source(CompareSide::B)};
        for (const CompareSide side : kBothSides)
            sources[side].title.clear();
        compare(sources.a, sources.b);
    });
    dialog->open();
}

CompareTab*
MainWindow::compare(const CompareSource& a, const CompareSource& b, const QString& subject)
{
    auto* tab = new CompareTab({a, b}, m_services, m_tabs);
    tab->setSubject(subject);
    connectComparison(tab);
    m_tabs->setCurrentIndex(m_tabs->addTab(tab, {}));
    addCloseButton(tab);
    emit tab->renamed();
    if (m_startPage)
        closeTab(m_tabs->indexOf(m_startPage));
    tab->load();
    updateComparison();
    return tab;
}

void MainWindow::connectComparison(CompareTab* tab)
{
    connect(tab, &CompareTab::renamed, this, [this, tab] {
        const int index = m_tabs->indexOf(tab);
        m_tabs->setTabText(index, tab->title().replace(u'&', u"&&"_s));
        const QString paths = tab->source(CompareSide::A).path.toHtmlEscaped() + u"<br>"_s
            + tab->source(CompareSide::B).path.toHtmlEscaped();
        m_tabs->setTabToolTip(index, QString(u"<p>"_s + paths + u"</p>"_s));
    });
    connect(
        tab, &CompareTab::closeRequested, this, [this, tab] { closeTab(m_tabs->indexOf(tab)); });
    connect(tab, &CompareTab::otherRequested, this, &MainWindow::askWhatToCompare);
    connect(tab, &CompareTab::failed, this, &MainWindow::updateComparison);
    connect(tab, &CompareTab::opened, this, [this, tab] {
        ComparePage* page = tab->page();
        page->restoreLayout(m_services.settings.compareLayout());
        connect(page, &ComparePage::swapped, tab, &CompareTab::takeSwap);
        connect(page, &ComparePage::changed, this, [this, tab] {
            if (tab == currentComparison())
                m_compareBar->setPage(tab->page());
        });
        connect(page,
                &ComparePage::openRequested,
                this,
                [this, tab](std::size_t pair, CompareSide side) { openStep(*tab, pair, side); });
        connect(page, &ComparePage::menuOpened, this, [this, tab](QMenu* menu, std::size_t pair) {
            fillPairMenu(*menu, *tab, pair);
        });
        connect(page, &ComparePage::sidePressed, this, [this, tab](CompareSide side, QPoint at) {
            auto* menu = new QMenu(this);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            fillSideMenu(*menu, *tab, side);
            menu->popup(at);
        });
        updateComparison();
    });
}

/// What the bar, the menu and the status bar say of the comparison in front.
void MainWindow::updateComparison()
{
    const CompareTab* tab = currentComparison();
    ComparePage* page = tab == nullptr ? nullptr : tab->page();
    m_compare->setPage(page);
    m_compareBar->setPage(page);
    if (tab != nullptr)
        m_status->setComparison(page == nullptr ? nullptr : &page->context().alignment(),
                                tab->alignedIn());
}

/// Two branches, at the step where they are known to part.
void MainWindow::compareBranches(const QString& one, const QString& other, const std::string& step)
{
    CompareTab* tab = compare(sourceOf(one), sourceOf(other));
    connect(tab, &CompareTab::opened, tab, [tab, step] { revealParting(*tab->page(), step); });
}

/// Selects the pair of an attempt or call; nothing happens where it is not there.
void MainWindow::revealParting(const ComparePage& page, const std::string& effect)
{
    CompareContext& context = page.context();
    for (std::size_t i = 0; i < context.pairs().size() && !effect.empty(); ++i) {
        const SpanId span = context.spanOf(i, CompareSide::A);
        if (span.isValid() && context.trace(CompareSide::A).origId(span) == effect)
            return context.reveal(i);
    }
}

void MainWindow::compareSessions(SessionId one, SessionId other)
{
    auto source = sourceOfTab(m_tabs->currentWidget());
    if (!source)
        return;
    source->title.clear();
    CompareSource second = *source;
    source->session = one;
    second.session = other;
    compare(*source, second);
}

/// Shows the step of a side in its own trace.
void MainWindow::openStep(CompareTab& tab, std::size_t pair, CompareSide side)
{
    const SpanId span = tab.page()->context().spanOf(pair, side);
    const CompareSource source = tab.source(side);
    if (!span.isValid() || source.path.isEmpty())
        return;
    QWidget* widget = showRecording(source.path);
    const auto reveal = [trace = source.trace, span](TracePage* page) {
        // A file that has grown has the same steps at the same places.
        const auto& shown = *page->context().trace();
        if (span.index() < shown.spanCount() && shown.name(span) == trace->name(span))
            page->context().reveal(span);
    };
    if (const auto* run = qobject_cast<RunTab*>(widget); run != nullptr && run->page() != nullptr)
        return reveal(run->page());
    auto* opened = qobject_cast<TraceTab*>(widget);
    if (opened == nullptr)
        return;
    if (opened->page() != nullptr)
        return reveal(opened->page());
    auto* once = new QObject(opened);
    connect(opened, &TraceTab::opened, once, [opened, once, reveal] {
        once->deleteLater();
        reveal(opened->page());
    });
}

void MainWindow::fillPairMenu(QMenu& menu, CompareTab& tab, std::size_t pair)
{
    CompareContext& context = tab.page()->context();
    if (const SpanId elsewhere = context.pairs()[pair].elsewhere; elsewhere.isValid()) {
        const CompareSide side
            = context.spanOf(pair, CompareSide::A).isValid() ? CompareSide::B : CompareSide::A;
        const auto other = context.pairOf(side, elsewhere);
        const QString number = QString::number(elsewhere.value);
        QAction* action = menu.addAction(tr("Go to #%1 in %2").arg(number, sideName(side)));
        action->setToolTip(tr("The same step, which %1 has at another place").arg(sideName(side)));
        action->setEnabled(other.has_value());
        connect(
            action, &QAction::triggered, &context, [&context, other] { context.reveal(*other); });
    }
    const auto addSides = [&](const QString& name, const auto& add) {
        for (const CompareSide side : kBothSides) {
            const SpanId span = context.spanOf(pair, side);
            QAction* action = menu.addAction(name.arg(sideName(side)));
            action->setEnabled(span.isValid());
            if (span.isValid())
                add(*action, side, span);
            else
                action->setToolTip(tr("%1 has no such step.").arg(sideName(side)));
        }
    };
    addSides(tr("Open %1 at this step"), [&](QAction& action, CompareSide side, SpanId) {
        action.setEnabled(!tab.source(side).path.isEmpty());
        connect(&action, &QAction::triggered, this, [this, &tab, pair, side] {
            openStep(tab, pair, side);
        });
    });
    menu.addSeparator();
    addSides(tr("Fork %1 from here…"), [&](QAction& action, CompareSide side, SpanId span) {
        const QString file = tab.source(side).path;
        const ForkPlace place
            = forkPlaceOf(context.trace(side), span, file, m_services.engine != nullptr);
        action.setEnabled(place.problem.isEmpty());
        action.setToolTip(QString(u"<p>"_s + place.problem.toHtmlEscaped() + u"</p>"_s));
        connect(&action, &QAction::triggered, this, [this, file, place] {
            fork(file, place.effect, place.span.value);
        });
    });
    menu.addSeparator();
    addSides(tr("Replay %1…"), [&](QAction& action, CompareSide side, SpanId) {
        const QString file = tab.source(side).path;
        const bool isOwn = isOwnRecording(context.trace(side), file);
        action.setEnabled(isOwn && m_services.engine != nullptr);
        if (!isOwn)
            action.setToolTip(tr("Only recordings of Kymo can be replayed."));
        connect(&action, &QAction::triggered, this, [this, file] { replayRecording(file); });
    });
}

void MainWindow::fillSideMenu(QMenu& menu, CompareTab& tab, CompareSide side)
{
    const CompareSource& source = tab.source(side);
    QAction* open = menu.addAction(
        tr("Open This Trace"), this, [this, path = source.path] { showRecording(path); });
    open->setEnabled(!source.path.isEmpty());
    menu.addAction(tr("Compare Another File…"), this, [this, &tab, side] {
        const QString folder = QFileInfo(tab.source(side).path).path();
        const QString path = QFileDialog::getOpenFileName(this, tr("Choose a trace"), folder);
        if (!path.isEmpty())
            tab.setSource(side, sourceOf(path));
    });
    QAction* session
        = menu.addAction(tr("Choose Sessions…"), m_compare->sessions, &QAction::trigger);
    session->setEnabled(source.trace->sessions().size() > 1);
    menu.addSeparator();
    menu.addAction(m_compare->swap);
}

} // namespace gui
