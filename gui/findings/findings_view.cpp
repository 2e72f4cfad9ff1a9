#include "gui/findings/findings_view.h"

#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "engine/findings/trace_findings.h"
#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/findings/finding_delegate.h"
#include "gui/findings/findings_model.h"
#include "gui/findings/ticked_label.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Finding;
using tracestore::FindingReport;
using tracestore::Job;
using tracestore::Severity;
using tracestore::SpanId;

namespace {

    constexpr int kShortestPause = 2000; ///< ms

    QLabel* findingLabel(const Theme& theme)
    {
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setFont(theme.smallFont());
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        return label;
    }

    QString shownText(const std::string& text)
    {
        return visibleText(toText(text));
    }

} // namespace

FindingsView::FindingsView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new FindingsModel(context.theme(), this))
    , m_stack(new QStackedWidget)
    , m_message(findingLabel(context.theme()))
    , m_page(new QSplitter(Qt::Vertical))
    , m_list(new QTreeView)
    , m_details(new QScrollArea)
    , m_title(new TickedLabel(context.theme()))
    , m_explanation(new TickedLabel(context.theme()))
    , m_wayOutHeading(findingLabel(context.theme()))
    , m_wayOut(new TickedLabel(context.theme()))
    , m_gaps(findingLabel(context.theme()))
    , m_steps(new QWidget)
    , m_place(findingLabel(context.theme()))
    , m_previous(new QToolButton)
    , m_next(new QToolButton)
    , m_pause(new QTimer(this))
    , m_clock(std::make_unique<QElapsedTimer>())
{
    setObjectName(u"findings"_s);
    setWindowTitle(tr("Findings"));
    setAccessibleName(tr("Findings"));
    setFocusProxy(m_list);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setMargin(2 * metrics::kMargin);
    setUpList();
    setUpDetails();
    m_page->setChildrenCollapsible(false);
    m_page->setHandleWidth(1);
    m_page->addWidget(m_list);
    m_page->addWidget(m_details);
    // As much for what a finding means as for the list: as a rule there are few.
    m_page->setStretchFactor(0, 1);
    m_page->setStretchFactor(1, 1);
    m_page->setSizes({1'000, 1'000});
    m_stack->addWidget(m_message);
    m_stack->addWidget(m_page);
    m_gaps->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(m_stack, 1);
    whole->addWidget(m_gaps);
    addActions();
    m_pause->setSingleShot(true);
    m_pause->setInterval(0);
    connect(m_pause, &QTimer::timeout, this, &FindingsView::look);
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_isStale = true;
        if (!m_pause->isActive() && m_job == nullptr)
            m_pause->start();
    });
    connect(&context.theme(), &Theme::changed, this, &FindingsView::updateColors);
    updateColors();
    updateTexts();
    m_pause->start();
}

FindingsView::~FindingsView()
{
    if (m_job != nullptr)
        m_job->cancel();
}

void FindingsView::setUpList()
{
    m_list->setObjectName(u"findingsList"_s);
    m_list->setAccessibleName(tr("Findings by rule"));
    m_list->setModel(m_model);
    m_list->setHeaderHidden(true);
    m_list->setItemDelegate(new FindingDelegate(m_context.theme(), m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setIconSize({14, 14});
    m_list->setIndentation(metrics::kIconSize);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView& header = *m_list->header();
    header.setStretchLastSection(false);
    header.setSectionResizeMode(FindingsModel::TitleColumn, QHeaderView::Stretch);
    // The icon says it, and for rules the delegate how many there are.
    m_list->hideColumn(FindingsModel::SeverityColumn);
    // Titles are broken to the width; not while the header is resized.
    connect(&header,
            &QHeaderView::sectionResized,
            m_list,
            &QTreeView::doItemsLayout,
            Qt::QueuedConnection);
    m_list->installEventFilter(this);
    connect(m_list->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            [this](const QModelIndex& index) {
                if (m_isAdopting)
                    return;
                choose(index.siblingAtColumn(0).data(FindingsModel::FindingRole).toInt(), true);
                if (m_chosen < 0)
                    showRule(index.siblingAtColumn(0));
            });
    // A click on what is chosen already leads there again.
    connect(m_list, &QTreeView::clicked, this, [this] { goToStep(m_step); });
    connect(m_list, &QTreeView::customContextMenuRequested, this, &FindingsView::showMenu);
}

void FindingsView::setUpDetails()
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(
        metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    column->setSpacing(metrics::kMargin);
    QFont bold = m_context.theme().smallFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_wayOutHeading->setFont(bold);
    m_wayOutHeading->setText(tr("What helps"));
    auto* steps = new QHBoxLayout(m_steps);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setSpacing(metrics::kSpacing);
    m_previous->setToolTip(tr("Previous step of this finding"));
    m_next->setToolTip(tr("Next step of this finding"));
    for (QToolButton* button : {m_previous, m_next}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(button->toolTip());
        steps->addWidget(button);
    }
    connect(m_previous, &QToolButton::clicked, this, &FindingsView::goToPreviousStep);
    connect(m_next, &QToolButton::clicked, this, &FindingsView::goToNextStep);
    steps->addWidget(m_place, 1);
    for (QWidget* part : std::initializer_list<QWidget*> {
             m_title, m_steps, m_explanation, m_wayOutHeading, m_wayOut})
        column->addWidget(part);
    column->addStretch(1);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    m_details->viewport()->setBackgroundRole(QPalette::Base);
    m_details->setWidget(page);
    m_details->setWidgetResizable(true);
    m_details->setFrameShape(QFrame::NoFrame);
    m_details->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_details->setAccessibleName(tr("The chosen finding"));
    m_title->hide();
    showHint();
}

void FindingsView::addActions()
{
    for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Note})
        addFilter(severity);
    auto* copyAction = new QAction(tr("Copy Finding"), this);
    copyAction->setToolTip(tr("Copy the chosen finding as text"));
    connect(copyAction, &QAction::triggered, this, &FindingsView::copy);
    addAction(copyAction);
    const auto updateIcon
        = [this, copyAction] { copyAction->setIcon(m_context.theme().icon(u"copy"_s)); };
    updateIcon();
    connect(&m_context.theme(), &Theme::changed, copyAction, updateIcon);
}

void FindingsView::addFilter(Severity severity)
{
    auto* action = new QAction(this);
    m_filters.at(static_cast<std::size_t>(severity)) = action;
    action->setCheckable(true);
    action->setChecked(true);
    connect(action, &QAction::toggled, this, [this, severity](bool isOn) {
        m_isAdopting = true;
        m_model->setShown(severity, isOn);
        m_isAdopting = false;
        updateTexts();
        choose(m_chosen, false);
    });
    addAction(action);
}

void FindingsView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isStale && m_job == nullptr && !m_pause->isActive())
        m_pause->start();
}

bool FindingsView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_list || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Copy)) {
        copy();
        return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        goToStep(m_step);
        return true;
    }
    return false;
}

void FindingsView::look()
{
    const bool isLarge = m_context.trace()->spanCount() > kMostUnasked;
    if (m_job != nullptr || (isLarge && !isVisible()))
        return;
    m_isStale = false;
    m_job = std::make_shared<Job>();
    m_clock->start();
    updateTexts();
    const auto work = [trace = m_context.trace(), job = m_job] {
        const engine::Prices prices = engine::loadPrices(engine::userPriceFile());
        return engine::findTraceFindings(*trace, {}, prices.table.get(), *job);
    };
    inBackground(this, work, [this](const auto& report) { adopt(report); });
}

void FindingsView::adopt(const tracestore::Result<FindingReport>& report)
{
    m_job.reset();
    // A trace that grows is looked at for a small part of the time only.
    m_pause->setInterval(std::max(
        kShortestPause, static_cast<int>(std::min<qint64>(m_clock->elapsed(), 10'000)) * 6));
    m_problem = report ? QString() : singleLine(report.error().message, 600);
    if (report && *report != m_model->report()) {
        const Finding before = chosen() == nullptr ? Finding() : *chosen();
        m_isAdopting = true;
        m_model->setReport(*report);
        m_isAdopting = false;
        const auto& findings = m_model->report().findings;
        const auto same = std::ranges::find_if(findings, [&](const Finding& finding) {
            return finding.rule == before.rule && !finding.steps.empty() && !before.steps.empty()
                && finding.steps.front() == before.steps.front();
        });
        m_chosen = same == findings.end() ? -1 : static_cast<int>(same - findings.begin());
        choose(m_chosen, false);
        markSteps();
    }
    updateTexts();
    if (m_isStale)
        m_pause->start();
}

/// For the views of steps. What may well be meant so in a configuration is no mark on its agent.
void FindingsView::markSteps()
{
    constexpr qsizetype kMostLines = 6;
    FindingMarks::Marks marks;
    for (const Finding& finding : m_model->report().findings) {
        if (!finding.field.empty() && finding.severity == Severity::Note)
            continue;
        const QString title
            = TickedText::of(singleLine(finding.title, 200), m_context.theme().codeFont()).text;
        for (const SpanId step : finding.steps) {
            FindingMarks::Mark& mark = marks[step.value];
            if (mark.lines.isEmpty()) // the gravest come first
                mark.role = severityRole(finding.severity);
            const QString line = severityText(finding.severity) + u": "_s + title;
            if (mark.lines.size() < kMostLines && !mark.lines.contains(line))
                mark.lines << line;
        }
    }
    m_context.findings().set(std::move(marks));
}

const Finding* FindingsView::chosen() const
{
    const auto& findings = m_model->report().findings;
    return m_chosen < 0 || m_chosen >= static_cast<int>(findings.size())
        ? nullptr
        : &findings[static_cast<std::size_t>(m_chosen)];
}

/// Shows a finding; leads to its step where the user chose it.
void FindingsView::choose(int finding, bool isByUser)
{
    if (m_chosen != finding || isByUser)
        m_step = 0;
    m_chosen = finding;
    if (!isByUser) {
        m_isAdopting = true;
        m_list->expandAll();
        const QModelIndex row = m_model->indexOf(finding);
        m_list->setCurrentIndex(row);
        m_isAdopting = false;
        if (!row.isValid())
            m_chosen = -1;
    }
    const Finding* one = chosen();
    m_title->setVisible(one != nullptr);
    if (one == nullptr) {
        showHint();
        return;
    }
    m_title->setText(shownText(one->title));
    m_explanation->setText(shownText(one->explanation));
    m_wayOut->setText(shownText(one->wayOut));
    m_wayOutHeading->show();
    m_wayOut->show();
    m_steps->setVisible(!one->steps.empty());
    m_details->ensureVisible(0, 0);
    if (isByUser)
        goToStep(0);
    else
        updateTexts();
}

/// What the rule looks for, in the place of one of its findings.
void FindingsView::showRule(const QModelIndex& rule)
{
    m_title->setVisible(rule.isValid());
    if (!rule.isValid()) {
        showHint();
        return;
    }
    m_title->setText(rule.data().toString());
    m_explanation->setText(rule.data(FindingsModel::AboutRole).toString());
    for (QWidget* part : std::initializer_list<QWidget*> {m_steps, m_wayOutHeading, m_wayOut})
        part->hide();
}

/// While none is chosen.
void FindingsView::showHint()
{
    m_explanation->setText(tr("Choose a finding: its steps are shown in all views, and here stands "
                              "what it means and what helps."));
    for (QWidget* part : std::initializer_list<QWidget*> {m_steps, m_wayOutHeading, m_wayOut})
        part->hide();
}

void FindingsView::goToStep(std::size_t place)
{
    const Finding* one = chosen();
    if (one == nullptr || place >= one->steps.size()
        || one->steps[place].index() >= m_context.trace()->spanCount())
        return;
    m_step = place;
    updateTexts();
    m_context.reveal(one->steps[place]);
}

void FindingsView::goToNextStep()
{
    goToStep(m_step + 1);
}

void FindingsView::goToPreviousStep()
{
    if (m_step > 0)
        goToStep(m_step - 1);
}

void FindingsView::updateTexts()
{
    const FindingReport& report = m_model->report();
    const auto count = static_cast<int>(report.findings.size());
    setWindowTitle(count == 0 ? tr("Findings") : tr("Findings (%1)").arg(count));
    const std::array<QString, 3> names {tr("Notes"), tr("Warnings"), tr("Errors")};
    for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Error}) {
        const auto place = static_cast<std::size_t>(severity);
        QAction& filter = *m_filters.at(place);
        filter.setText(names.at(place));
        filter.setToolTip(
            tr("%1: %2. Show or hide them").arg(names.at(place)).arg(m_model->countOf(severity)));
    }
    const bool isLooking = m_job != nullptr;
    const bool isLarge = m_context.trace()->spanCount() > kMostUnasked;
    QString message;
    if (!m_problem.isEmpty())
        message = tr("The trace could not be looked through: %1").arg(m_problem);
    else if (count == 0 && (isLooking || (m_isStale && !isLarge)))
        message = tr("Looking for classic faults…");
    else if (count == 0 && report.steps == 0)
        message
            = tr("Here stand classic faults of agents: loops, errors that nobody took up, calls "
                 "that were made again, broken caches, secrets.\n\nThis trace holds no calls of "
                 "models or tools.");
    else if (count == 0)
        message = tr("None of the classic faults was found in %n call(s) of models and tools: no "
                     "loops, no errors that nobody took up, no secrets …",
                     nullptr,
                     static_cast<int>(report.steps));
    else if (m_model->rowCount() == 0)
        message = tr("All findings are hidden by the filter above.");
    m_message->setText(message);
    m_stack->setCurrentIndex(message.isEmpty() ? 1 : 0);
    const auto blind = static_cast<int>(report.withoutContent + report.unreadable);
    m_gaps->setText(
        tr("Of %n call(s) the trace holds no content: what is said there was not looked at.",
           nullptr,
           blind));
    m_gaps->setVisible(blind > 0);
    const Finding* one = chosen();
    const std::size_t steps = one == nullptr ? 0 : one->steps.size();
    m_previous->setVisible(steps > 1);
    m_next->setVisible(steps > 1);
    m_previous->setEnabled(m_step > 0);
    m_next->setEnabled(m_step + 1 < steps);
    if (steps > 0) {
        m_place->setText(placeText(*one));
    }
}

QString FindingsView::placeText(const Finding& finding) const
{
    const std::size_t steps = finding.steps.size();
    const SpanId span = finding.steps[std::min(m_step, steps - 1)];
    const QString name = span.index() < m_context.trace()->spanCount()
        ? singleLine(m_context.trace()->name(span), 80)
        : QString();
    const QString place = steps == 1 ? tr("Step: %1").arg(name)
                                     : tr("Step %1 of %2: %3").arg(m_step + 1).arg(steps).arg(name);
    return finding.field.empty()
        ? place
        : tr("%1, in its configuration: %2").arg(place, singleLine(finding.field, 80));
}

void FindingsView::updateColors()
{
    const Theme& theme = m_context.theme();
    const auto paint = [&](QLabel* label, ColorRole role) {
        QPalette colors = label->palette();
        colors.setColor(QPalette::WindowText, theme.color(role));
        label->setPalette(colors);
    };
    paint(m_message, ColorRole::TextDim);
    paint(m_gaps, ColorRole::TextDim);
    paint(m_place, ColorRole::TextDim);
    paint(m_wayOutHeading, ColorRole::TextDim);
    m_list->viewport()->update();
    m_previous->setIcon(theme.icon(u"arrow-up"_s));
    m_next->setIcon(theme.icon(u"arrow-down"_s));
    m_filters[0]->setIcon(theme.icon(severityIcon(Severity::Note), ColorRole::TextDim));
    m_filters[1]->setIcon(theme.icon(severityIcon(Severity::Warning), ColorRole::Warning));
    m_filters[2]->setIcon(theme.icon(severityIcon(Severity::Error), ColorRole::Error));
}

QString FindingsView::message() const
{
    return m_stack->currentWidget() == m_message ? m_message->text() : QString();
}

QString FindingsView::details() const
{
    return chosen() == nullptr
        ? QString()
        : QStringList {m_title->text(), m_explanation->text(), m_wayOut->text()}.join(u'\n');
}

QString FindingsView::chosenAsText() const
{
    const Finding* one = chosen();
    if (one == nullptr)
        return {};
    QString text = severityText(one->severity) + u": "_s + shownText(one->title) + u'\n';
    if (!one->steps.empty())
        text += m_place->text() + u'\n';
    return text + shownText(one->explanation) + u'\n' + shownText(one->wayOut) + u'\n';
}

void FindingsView::copy()
{
    const QString text = chosenAsText();
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

void FindingsView::showMenu(QPoint place)
{
    const QModelIndex index = m_list->indexAt(place);
    if (index.siblingAtColumn(0).data(FindingsModel::FindingRole).toInt() < 0 || !index.isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Go to Step\tEnter"), this, [this] { goToStep(m_step); });
    menu->addAction(tr("Copy Finding\tCtrl+C"), this, &FindingsView::copy);
    menu->popup(m_list->viewport()->mapToGlobal(place));
}

} // namespace gui
