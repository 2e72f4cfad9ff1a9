#include "gui/context/session_context.h"
#include "gui/graph/graph_export.h"
#include "gui/graph/graph_view.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSaveFile>

// The header's actions of the graph view: mode, scope, fit, export.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::SpanId;

namespace {

    /// A menu of more sessions than this nobody reads.
    constexpr std::size_t kMaxSessionsInMenu = 200;

    QString sessionName(const tracestore::Session& session)
    {
        const QString title = singleLine(session.title, 60);
        return title.isEmpty() ? singleLine(session.key, 60) : title;
    }

    /// Ampersands of a stranger's text are no mnemonics.
    QString menuText(QString text)
    {
        return text.replace(u'&', u"&&"_s);
    }

} // namespace

QAction*
GraphView::addAction(const QString& icon, const QString& text, const QKeySequence& shortcut)
{
    auto* action = new QAction(m_context.theme().icon(icon), text, this);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(&m_context.theme(), &Theme::changed, action, [this, action, icon] {
        action->setIcon(m_context.theme().icon(icon));
    });
    QWidget::addAction(action);
    return action;
}

void GraphView::addActions()
{
    m_scopeAction = addAction(u"filter"_s, tr("Session"), {});
    m_scopeAction->setToolTip(tr("Which session the graph shows"));
    auto* scopes = new QMenu(this);
    connect(scopes, &QMenu::aboutToShow, this, [this, scopes] { fillScopeMenu(scopes); });
    m_scopeAction->setMenu(scopes);

    m_unroll = addAction(u"unfold"_s, tr("Unrolled"), QKeySequence(Qt::Key_U));
    m_unroll->setCheckable(true);
    m_unroll->setToolTip(tr("Show every step on its own, or equal steps folded (U)"));
    connect(m_unroll, &QAction::toggled, this, [this](bool isUnrolled) {
        setMode(isUnrolled ? FoldMode::Unrolled : FoldMode::Folded);
    });

    QAction* fitAction = addAction(u"zoom-fit"_s, tr("Fit"), QKeySequence(Qt::Key_F));
    fitAction->setToolTip(tr("Show the whole graph (F)"));
    connect(fitAction, &QAction::triggered, this, &GraphView::fit);

    QAction* exportAction = addAction(u"export"_s, tr("Export"), {});
    exportAction->setToolTip(tr("Save the graph as SVG, PNG or DOT"));
    auto* formats = new QMenu(this);
    const auto addFormat = [&](const QString& text, const QString& suffix, const QString& filter) {
        connect(formats->addAction(text), &QAction::triggered, this, [this, suffix, filter] {
            askForFile(suffix, filter);
        });
    };
    addFormat(tr("SVG picture…"), u"svg"_s, tr("SVG picture (*.svg)"));
    addFormat(tr("PNG picture…"), u"png"_s, tr("PNG picture (*.png)"));
    addFormat(tr("DOT for Graphviz…"), u"dot"_s, tr("DOT graph (*.dot *.gv)"));
    exportAction->setMenu(formats);
    updateScopeAction();
}

void GraphView::fillScopeMenu(QMenu* menu)
{
    menu->clear();
    const tracestore::Trace& trace = *m_context.trace();
    const auto add = [&](const QString& text, const GraphScope& target) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(target == scope());
        connect(action, &QAction::triggered, this, [this, target] { setScope(target); });
    };
    if (trace.sessions().size() > 1)
        add(tr("All sessions"), {});
    for (std::size_t i = 0; i < std::min(trace.sessions().size(), kMaxSessionsInMenu); ++i) {
        const GraphScope target
            = trace.sessions().size() > 1 ? GraphScope {.session = SessionId(i)} : GraphScope {};
        add(menuText(sessionName(trace.session(SessionId(i)))), target);
    }
    const SpanId selected = m_context.selected();
    if (!selected.isValid())
        return;
    menu->addSeparator();
    add(tr("Only below “%1”").arg(menuText(singleLine(trace.name(selected), 40))),
        {.root = selected});
}

void GraphView::updateScopeAction()
{
    const tracestore::Trace& trace = *m_context.trace();
    const GraphScope& shown = scope();
    QString text = tr("Whole trace");
    if (shown.root.isValid())
        text = singleLine(trace.name(shown.root), 40);
    else if (shown.session.isValid())
        text = sessionName(trace.session(shown.session));
    m_scopeAction->setText(menuText(text));
}

void GraphView::askForFile(const QString& suffix, const QString& filter)
{
    auto* dialog = new QFileDialog(this, tr("Export the graph"), {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(u"graph."_s + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, &GraphView::exportTo);
    dialog->open();
}

void GraphView::exportTo(const QString& path)
{
    if (m_shown->graph == nullptr || m_shown->cards.empty())
        return say(tr("There is no graph to export yet"));
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (suffix == "svg"_L1)
        bytes = toSvg(*m_shown, m_context.theme());
    else if (suffix == "png"_L1)
        bytes = toPng(*m_shown, m_context.theme());
    else if (suffix == "dot"_L1 || suffix == "gv"_L1)
        bytes = toDot(*m_shown->graph);
    else
        return say(tr("Cannot export: the name must end in .svg, .png or .dot"));
    QSaveFile file(path);
    const bool isSaved = !bytes.isEmpty() && file.open(QIODevice::WriteOnly)
        && file.write(bytes) == bytes.size() && file.commit();
    const QString name = QFileInfo(path).fileName();
    say(isSaved ? tr("Saved %1").arg(name)
                : tr("%1 could not be saved: %2").arg(name, file.errorString()));
}

} // namespace gui
