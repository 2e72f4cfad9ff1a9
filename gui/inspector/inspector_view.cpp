#include "gui/inspector/inspector_view.h"

#include "gui/context/session_context.h"
#include "gui/context/stop_order.h"
#include "gui/inspector/attributes_page.h"
#include "gui/inspector/data_page.h"
#include "gui/inspector/facts_view.h"
#include "gui/inspector/message_list.h"
#include "gui/messages/conversation_builder.h"
#include "gui/messages/part_origins.h"
#include "gui/theme/format.h"
#include "gui/widgets/json_tree_view.h"
#include "gui/widgets/text_window.h"
#include "tracestore/model/call_history.h"

#include <QAction>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    constexpr int kLoadingDelayMs = 100;

    QLabel* plainLabel()
    {
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        return label;
    }

    /// The table of list prices that comes with the program, to tell the costs of single buckets.
    std::optional<tracestore::PriceTable> listPrices()
    {
        QFile file(u":/prices/prices.json"_s);
        if (!file.open(QIODevice::ReadOnly))
            return {};
        auto prices = tracestore::PriceTable::parse(file.readAll().toStdString());
        return prices ? std::optional(*std::move(prices)) : std::nullopt;
    }

} // namespace

InspectorView::InspectorView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_prices(listPrices())
    , m_icon(new QLabel)
    , m_title(plainLabel())
    , m_loading(plainLabel())
    , m_notice(plainLabel())
    , m_loadingTimer(new QTimer(this))
    , m_tabs(new QTabBar)
    , m_stack(new QStackedWidget)
    , m_empty(plainLabel())
    , m_summary(new FactsView(context.theme()))
    , m_input(new MessageList(context.theme()))
    , m_output(new MessageList(context.theme()))
    , m_arguments(new DataPage(context.theme(), {DataPage::Mode::Text, DataPage::Mode::Tree}))
    , m_result(new DataPage(context.theme(), {DataPage::Mode::Text, DataPage::Mode::Tree}))
    , m_usage(new FactsView(context.theme()))
    , m_attributes(new AttributesPage(context.theme()))
    , m_events(new JsonTreeView(context.theme()))
    , m_raw(new DataPage(context.theme(), {DataPage::Mode::Text, DataPage::Mode::AsRecorded}))
{
    setObjectName(u"inspector"_s);
    setWindowTitle(tr("Inspector"));
    setAccessibleName(tr("Inspector"));
    m_loading->setText(tr("Loading…"));
    m_loading->hide();
    m_loadingTimer->setSingleShot(true);
    m_loadingTimer->setInterval(kLoadingDelayMs);
    m_notice->setWordWrap(true);
    m_notice->setObjectName(u"notice"_s);
    m_notice->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(2 * metrics::kMargin);

    auto* titleRow = new QHBoxLayout;
    titleRow->setContentsMargins(metrics::kMargin, metrics::kSpacing, metrics::kMargin, 0);
    titleRow->setSpacing(6);
    titleRow->addWidget(m_icon);
    titleRow->addWidget(m_title, 1);
    titleRow->addWidget(m_loading);
    m_title->setMinimumWidth(20);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(titleRow);
    column->addWidget(m_tabs);
    column->addWidget(m_notice);
    column->addWidget(m_stack, 1);
    addTabs();
    addActions();
    offerBreakpoints();
    offerOrigins();

    connect(m_loadingTimer, &QTimer::timeout, this, &InspectorView::showLoading);
    connect(&context, &SessionContext::selectionChanged, this, &InspectorView::showSpan);
    connect(&context, &SessionContext::traceGrown, this, &InspectorView::takeGrowth);
    connect(&context, &SessionContext::stopChanged, this, &InspectorView::tellPlace);
    connect(&context.theme(), &Theme::changed, this, &InspectorView::updateHeader);
    for (FactsView* facts : {m_summary, m_usage})
        connect(facts, &FactsView::linkActivated, &context, &SessionContext::reveal);
    for (MessageList* list : {m_input, m_output}) {
        connect(list, &BlockListView::wholeRequested, this, [this, list](auto row, auto section) {
            openWhole(*list, row, section);
        });
        connect(list, &BlockListView::mediaRequested, this, [this, list](auto row, auto medium) {
            openMedia(*list, row, medium);
        });
    }
    showSpan(context.selected());
}

InspectorView::~InspectorView() = default;

void InspectorView::addTabs()
{
    m_tabs->setAccessibleName(tr("What to show of the step"));
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setElideMode(Qt::ElideNone);
    // The tabs of most steps fit a dock of 320 px beside each other.
    m_tabs->setFont(m_context.theme().smallFont());
    m_tabs->setStyleSheet(u"QTabBar::tab { padding: 5px 6px; }"_s);
    // In the order of Tab.
    const std::vector<std::pair<QString, QWidget*>> pages {{tr("Summary"), m_summary},
                                                           {tr("Input"), m_input},
                                                           {tr("Output"), m_output},
                                                           {tr("Arguments"), m_arguments},
                                                           {tr("Result"), m_result},
                                                           {tr("Usage"), m_usage},
                                                           {tr("Attributes"), m_attributes},
                                                           {tr("Events"), m_events},
                                                           {tr("Raw"), m_raw}};
    for (const auto& [name, page] : pages) {
        const int tab = m_tabs->addTab(name);
        m_stack->addWidget(page);
        // Until the first step has told what it has.
        if (tab != 0)
            m_tabs->setTabVisible(tab, false);
        m_tabs->setTabEnabled(tab, tab == 0);
    }
    m_stack->addWidget(m_empty);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        if (!m_span.isValid())
            return;
        if (!m_isAdopting)
            m_chosen[static_cast<int>(m_context.trace()->kind(m_span))] = tab;
        m_stack->setCurrentIndex(tab);
        showRaw();
    });
}

void InspectorView::addActions()
{
    auto* copy = new QAction(m_context.theme().icon(u"copy"_s), tr("Copy step as JSON"), this);
    copy->setToolTip(tr("Copy what is known of the step as JSON (Ctrl+Shift+J)"));
    copy->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_J);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy, &QAction::triggered, this, &InspectorView::copyAsJson);
    addAction(copy);
}

InspectorView::Tab InspectorView::currentTab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

void InspectorView::setCurrentTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
}

bool InspectorView::isTabShown(Tab tab) const
{
    return m_tabs->isTabVisible(static_cast<int>(tab));
}

bool InspectorView::isTabEnabled(Tab tab) const
{
    return m_tabs->isTabEnabled(static_cast<int>(tab));
}

QString InspectorView::notice() const
{
    return m_notice->isHidden() ? QString() : m_notice->text();
}

/// What is shown of a step may not be there yet where one stands.
void InspectorView::tellPlace()
{
    const QString place = isJustAhead(m_context, m_span)
        ? tr("You stand before this step: what came of it lies ahead.")
        : isAhead(m_context, m_span) ? tr("This step lies ahead of where you stand.")
                                     : QString();
    // Another notice is more important.
    const QString told = std::exchange(m_toldPlace, place);
    if (notice().isEmpty() || notice() == told)
        setNotice(place);
}

void InspectorView::setNotice(const QString& text)
{
    m_notice->setText(text);
    m_notice->setVisible(!text.isEmpty());
}

// --- A step ------------------------------------------------------------------------------------

void InspectorView::showSpan(SpanId span)
{
    m_span = span;
    m_detail.reset();
    m_previous.reset();
    m_goesOn = false;
    m_rawOf = {};
    setNotice({});
    tellPlace();
    updateHeader();
    m_tabs->setVisible(span.isValid());
    if (!span.isValid()) {
        m_context.details().cancel(this);
        m_loadingTimer->stop();
        m_loading->hide();
        m_empty->setText(tr("Select a step in any view to see what went in, what came out, and "
                            "what it cost."));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    const auto& trace = *m_context.trace();
    m_summary->setFacts(summaryFacts(trace, span, nullptr));
    m_usage->setFacts(usageFacts(trace, span, m_prices ? &*m_prices : nullptr));
    m_loadingTimer->start();
    request(span);
}

/// Facts that are the same stay where they are scrolled to.
void InspectorView::showFacts(FactsView& view, std::vector<Fact> facts) const
{
    if (view.model().facts() != facts)
        view.setFacts(std::move(facts));
}

void InspectorView::takeGrowth(const TraceGrowth& growth)
{
    if (!m_span.isValid())
        return;
    const auto& trace = *m_context.trace();
    showFacts(*m_summary, summaryFacts(trace, m_span, m_detail.get()));
    showFacts(*m_usage, usageFacts(trace, m_span, m_prices ? &*m_prices : nullptr));
    if (!growth.concerns(m_span))
        return;
    // What is there stays in sight until the newer is.
    m_goesOn = m_detail != nullptr;
    updateHeader();
    request(m_span);
}

void InspectorView::request(SpanId span)
{
    std::vector<SpanId> spans {span};
    if (m_context.trace()->kind(span) == SpanKind::Llm) {
        const SpanId before = previousCall(*m_context.trace(), span);
        if (before.isValid())
            spans.push_back(before);
    }
    m_context.details().requestDetails(
        this, std::move(spans), [this, span](const auto& details) { adopt(span, details); });
}

void InspectorView::showLoading()
{
    m_loading->show();
    // Never the content of one step below the name of another.
    if (currentTab() != Tab::Summary && currentTab() != Tab::Usage) {
        m_empty->setText(tr("Loading…"));
        m_stack->setCurrentWidget(m_empty);
    }
}

void InspectorView::adopt(SpanId span, const DetailLoader::DetailMap& details)
{
    m_loadingTimer->stop();
    m_loading->hide();
    const auto own = details.find(span);
    if (span != m_span || own == details.end())
        return;
    if (!own->second) {
        showFailure(own->second.error());
        return;
    }
    const DetailLoader::DetailPtr before = m_detail;
    m_detail = *own->second;
    for (const auto& [other, detail] : details)
        if (other != span && detail)
            m_previous = *detail;
    if (std::exchange(m_goesOn, false) && before != nullptr)
        m_shown = before.get();
    showDetail(*m_detail, m_previous.get());
    m_shown = nullptr;
    showWantedPlace();
}

void InspectorView::showDetail(const SpanDetail& detail, const SpanDetail* previous)
{
    const auto& trace = *m_context.trace();
    showFacts(*m_summary, summaryFacts(trace, m_span, &detail));
    // What a newer detail says just as the one that is shown keeps its folds and its place.
    const auto isShown
        = [&](auto member) { return m_shown != nullptr && m_shown->*member == detail.*member; };
    const std::size_t firstNew
        = previous == nullptr ? 0 : historyChange(previous->input, detail.input).firstNew;
    if (!isShown(&SpanDetail::input))
        m_input->setMessages(detail.input, PartRef::Where::Input, firstNew, previous != nullptr);
    if (!isShown(&SpanDetail::output))
        m_output->setMessages(detail.output, PartRef::Where::Output, 0, false);
    if (!isShown(&SpanDetail::toolArguments))
        m_arguments->setText(detail.toolArguments);
    if (!isShown(&SpanDetail::toolResult))
        m_result->setText(detail.toolResult);
    if (!isShown(&SpanDetail::attributes))
        m_attributes->setAttributes(detail.attributes);
    if (m_shown != nullptr)
        m_rawOf = {};
    auto events = JsonDocument::parse(eventsJson(detail.events, trace.start(m_span)));
    m_events->setDocument(events ? *events : nullptr);
    updateTabs(&detail);
}

void InspectorView::showFailure(const tracestore::Error& error)
{
    setNotice(tr("The content of this step cannot be read: %1 What is below comes from what was "
                 "read when the trace was opened.")
                  .arg(singleLine(error.message, 600)));
    updateTabs(nullptr);
}

void InspectorView::updateHeader()
{
    if (!m_span.isValid()) {
        m_title->clear();
        m_icon->clear();
        return;
    }
    const Block block = stepBlock(*m_context.trace(), m_span);
    QFont bold = m_context.theme().textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setAccessibleName(block.title);
    m_title->setText(QFontMetrics(bold).elidedText(block.title, Qt::ElideRight, m_title->width()));
    m_icon->setPixmap(m_context.theme().kindIcon(block.spanKind).pixmap(metrics::kIconSize));
}

void InspectorView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // The width of the title is known when the layout has been applied.
    layout()->activate();
    updateHeader();
}

QString InspectorView::whyEmpty(Tab tab) const
{
    switch (tab) {
    case Tab::Input:
    case Tab::Output:
        return tr("The trace holds no messages of this step: whoever recorded it left them out.");
    case Tab::Arguments:
        return tr("The trace does not say what the tool was called with.");
    case Tab::Result:
        return tr("The trace does not say what the tool answered.");
    case Tab::Usage:
        return tr("The trace does not say how many tokens this took.");
    default:
        return tr("The trace has none for this step.");
    }
}

void InspectorView::updateTabs(const SpanDetail* detail)
{
    const auto& trace = *m_context.trace();
    const SpanKind kind = trace.kind(m_span);
    const bool isCall = kind == SpanKind::Llm;
    const bool isTool = kind == SpanKind::Tool;

    struct State
    {
        Tab tab;
        bool hasContent;
        bool isExpected; ///< greyed with a reason rather than left out
    };

    const bool has = detail != nullptr;
    const std::array states {
        State {Tab::Summary, true, true},
        State {Tab::Input, has && !detail->input.empty(), isCall},
        State {Tab::Output, has && !detail->output.empty(), isCall},
        State {Tab::Arguments, has && !detail->toolArguments.empty(), isTool},
        State {Tab::Result, has && !detail->toolResult.empty(), isTool},
        State {Tab::Usage, trace.usage(m_span) != nullptr || trace.cost(m_span) != nullptr, isCall},
        State {Tab::Attributes, has && !detail->attributes.empty(), false},
        State {Tab::Events, has && !detail->events.empty(), false},
        State {Tab::Raw, has, true},
    };
    m_isAdopting = true;
    int wanted = m_chosen.value(static_cast<int>(kind), 0);
    for (const State& state : states) {
        const int tab = static_cast<int>(state.tab);
        // In Qt 6.4, a call that changes nothing keeps the changes before it from being laid out.
        const bool isShown = state.hasContent || state.isExpected;
        if (m_tabs->isTabVisible(tab) != isShown)
            m_tabs->setTabVisible(tab, isShown);
        m_tabs->setTabEnabled(tab, state.hasContent);
        m_tabs->setTabToolTip(tab, state.hasContent ? QString() : whyEmpty(state.tab));
        if (tab == wanted && !state.hasContent)
            wanted = 0;
    }
    m_tabs->setCurrentIndex(wanted);
    m_stack->setCurrentIndex(wanted);
    m_isAdopting = false;
    showRaw();
}

void InspectorView::showRaw()
{
    if (currentTab() != Tab::Raw || m_rawOf == m_span || m_detail == nullptr)
        return;
    m_rawOf = m_span;
    m_loadingTimer->start();
    m_context.details().requestRaw(this, m_span, [this](SpanId span, const auto& text) {
        m_loadingTimer->stop();
        m_loading->hide();
        if (span != m_span)
            return;
        m_stack->setCurrentIndex(m_tabs->currentIndex());
        if (text)
            m_raw->setText(*text, true);
        else
            setNotice(tr("The record of this step cannot be read: %1")
                          .arg(singleLine(text.error().message, 600)));
    });
}

// --- Taking things out -------------------------------------------------------------------------

void InspectorView::openWhole(BlockListView& list, std::size_t row, std::size_t section)
{
    if (m_detail == nullptr)
        return;
    const BlockPtr block = list.blockAt(row);
    const BlockSection& shown = block->sections.at(section);
    const std::string text = wholeText(*m_detail, shown.whole);
    const ReadableText whole = shown.syntax == TextSyntax::Markdown
        ? ReadableText {toText(text), TextSyntax::Markdown}
        : readable(text);
    auto* window = new TextWindow(m_context.theme(), block->title, whole.text, whole.syntax, this);
    gui::offerOrigins(*window, m_context, gui::originOf(m_span, shown.whole));
    window->show();
}

void InspectorView::openMedia(BlockListView& list, std::size_t row, std::size_t medium)
{
    if (m_detail == nullptr)
        return;
    const BlockPtr block = list.blockAt(row);
    const BlockMedia& shown = block->media.at(medium);
    const auto* media = mediaPart(*m_detail, shown.whole);
    auto* window
        = new ImageWindow(shown.label,
                          media == nullptr ? QByteArray() : QByteArray::fromStdString(media->data),
                          this);
    window->show();
}

void InspectorView::copyAsJson()
{
    if (!m_span.isValid())
        return;
    m_summary->copyJson();
}

} // namespace gui
