#include "gui/compare/pair_details.h"

#include "gui/compare/compare_words.h"
#include "gui/compare/paired_text_view.h"
#include "gui/context/in_background.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/text_window.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::PairChange;
using tracestore::PairState;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::TracePtr;

namespace {

    constexpr int kSettleMs = 40;
    constexpr int kLeastHow = 90; ///< `≠ changed` and a little

    /// Whether changes of a pair are seen in a field.
    bool isToldBy(PairField field, std::uint16_t changes)
    {
        const auto has = [changes](PairChange change) {
            return (changes & static_cast<std::uint16_t>(change)) != 0;
        };
        switch (field) {
        case PairField::Prompt:
            return has(PairChange::Input) || has(PairChange::Instructions);
        case PairField::Answer:
            return has(PairChange::Output) || has(PairChange::Arguments);
        case PairField::Arguments:
            return has(PairChange::Arguments);
        case PairField::Result:
            return has(PairChange::Output);
        case PairField::Parameters:
            return has(PairChange::Model) || has(PairChange::Offer);
        case PairField::Configuration:
            return has(PairChange::Offer);
        case PairField::Facts:
            return has(PairChange::Status) || has(PairChange::Name);
        }
        return false;
    }

    QLabel* plainLabelOf(QWidget* parent, const QString& name)
    {
        auto* label = new QLabel(parent);
        label->setTextFormat(Qt::PlainText);
        label->setObjectName(name);
        return label;
    }

} // namespace

PairDetails::PairDetails(CompareContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_icon(new QLabel(this))
    , m_title(new ElidedLabel(Qt::ElideMiddle, this))
    , m_how(new ElidedLabel(Qt::ElideRight, this))
    , m_notice(plainLabelOf(this, u"pairNotice"_s))
    , m_changes(plainLabelOf(this, u"pairChanges"_s))
    , m_tabs(new QTabBar(this))
    , m_texts(new PairedTextView(context.theme(), this))
    , m_fields(std::make_shared<const Fields>())
{
    setObjectName(u"pairDetails"_s);
    setAccessibleName(tr("What differs in the selected pair"));
    setFocusProxy(m_texts);
    m_notice->setWordWrap(true);
    m_notice->setContentsMargins(metrics::kMargin, metrics::kSpacing, metrics::kMargin, 0);
    m_tabs->setAccessibleName(tr("What to compare of the pair"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setStyleSheet(u"QTabBar::tab { padding: 5px 7px; }"_s);
    makeBar();
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSettleMs);
    connect(&m_soon, &QTimer::timeout, this, &PairDetails::read);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        if (m_isAdopting || tab < 0)
            return;
        m_chosen = currentField();
        showField(tab);
    });
    connect(m_texts, &PairedTextView::wholeTextRequested, this, &PairDetails::openWhole);
    connect(&context, &CompareContext::selectionChanged, this, &PairDetails::showPair);
    connect(&context, &CompareContext::swapped, this, &PairDetails::showPair);
    connect(&context.theme(), &Theme::changed, this, &PairDetails::followTheme);
    followTheme();
    showPair();
}

void PairDetails::makeBar()
{
    auto* title = new QHBoxLayout;
    title->setContentsMargins(metrics::kMargin, 0, metrics::kSpacing, 0);
    title->setSpacing(6);
    title->addWidget(m_icon);
    m_title->setObjectName(u"pairTitle"_s);
    m_how->setObjectName(u"pairHow"_s);
    // Both give way to the width that there is, the name last.
    m_how->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_how->setMinimumWidth(kLeastHow);
    title->addWidget(m_title);
    title->addSpacing(metrics::kMargin);
    title->addWidget(m_how, 1);
    title->addWidget(m_changes);
    QToolButton* previous
        = addButton(u"arrow-up"_s, tr("Previous change in the text"), u"previousChange"_s);
    QToolButton* next = addButton(u"arrow-down"_s, tr("Next change in the text"), u"nextChange"_s);
    previous->setShortcut(Qt::ALT | Qt::Key_Up);
    next->setShortcut(Qt::ALT | Qt::Key_Down);
    m_byWords = addButton({}, tr("Words"), u"byWords"_s);
    m_byWords->setToolTip(tr("Mark the words that differ, not the lines alone"));
    m_byWords->setCheckable(true);
    m_byWords->setChecked(true);
    m_all = addButton({}, tr("All text"), u"allText"_s);
    m_all->setToolTip(tr("Show also what is equal far from any change"));
    m_all->setCheckable(true);
    for (QToolButton* button : {previous, next, m_byWords, m_all})
        title->addWidget(button);
    connect(next, &QToolButton::clicked, this, [this] { m_texts->goToChange(true); });
    connect(previous, &QToolButton::clicked, this, [this] { m_texts->goToChange(false); });
    connect(m_byWords, &QToolButton::toggled, m_texts, &PairedTextView::setByWords);
    connect(m_all, &QToolButton::toggled, this, [this](bool isAll) { m_texts->setFolded(!isAll); });
    auto* head = new QWidget(this);
    head->setLayout(title);
    head->setFixedHeight(metrics::kHeaderHeight);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(head);
    column->addWidget(m_tabs);
    column->addWidget(m_notice);
    column->addWidget(m_texts, 1);
}

QToolButton* PairDetails::addButton(const QString& icon, const QString& text, const QString& name)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setAutoRaise(true);
    button->setIconSize(kSmallIconBesideText);
    button->setFont(m_context.theme().smallFont());
    button->setAccessibleName(text);
    if (icon.isEmpty()) {
        button->setText(text);
        return button;
    }
    button->setToolTip(text);
    m_buttons.emplaceBack(button, icon);
    return button;
}

void PairDetails::followTheme()
{
    const Theme& theme = m_context.theme();
    for (const auto& [button, icon] : std::as_const(m_buttons))
        button->setIcon(theme.icon(icon));
    m_title->setFont(theme.textFont());
    QFont bold = theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_tabs->setFont(theme.smallFont());
    QPalette dim = m_how->palette();
    dim.setColor(QPalette::WindowText, theme.color(ColorRole::TextDim));
    for (QLabel* label : std::initializer_list<QLabel*> {m_how, m_changes}) {
        label->setFont(theme.smallFont());
        label->setPalette(dim);
    }
    dim.setColor(QPalette::WindowText, theme.color(ColorRole::Warning));
    m_notice->setPalette(dim);
    showHeader();
}

QString PairDetails::notice() const
{
    return m_notice->text();
}

std::optional<PairField> PairDetails::currentField() const
{
    const int tab = m_tabs->currentIndex();
    if (tab < 0 || static_cast<std::size_t>(tab) >= m_fields->size())
        return {};
    return (*m_fields)[static_cast<std::size_t>(tab)].field;
}

void PairDetails::setCurrentField(PairField field)
{
    for (std::size_t i = 0; i < m_fields->size(); ++i) {
        if ((*m_fields)[i].field == field)
            m_tabs->setCurrentIndex(static_cast<int>(i));
    }
}

// ---- the pair

void PairDetails::showPair()
{
    showHeader();
    ++m_order;
    m_isReady = false;
    if (m_context.selected())
        m_soon.start();
}

void PairDetails::showHeader()
{
    const auto pair = m_context.selected();
    if (!pair) {
        m_title->setLine(tr("No pair is selected"));
        return;
    }
    const Theme& theme = m_context.theme();
    const tracestore::StepPair& shown = m_context.pairs()[*pair];
    m_icon->setPixmap(theme.kindIcon(pairKind(m_context, *pair)).pixmap(metrics::kIconSize));
    m_title->setLine(stepNumbers(m_context, *pair) + u" · "_s + pairName(m_context, *pair));
    QStringList how {stateSign(shown.state) + u' ' + stateName(shown.state)};
    if (shown.state != PairState::Equal && shown.isMadeGood)
        how << tr("made good later");
    if (shown.isGiven)
        how << tr("both go on alike");
    if (const QString place = placeWords(shown); !place.isEmpty())
        how << place;
    if (const QString reason = reasonName(shown.reason); !reason.isEmpty())
        how << tr("paired by %1, confidence %2")
                   .arg(reason, QString::number(static_cast<double>(shown.confidence), 'f', 2));
    m_how->setLine(how.join(u"  ·  "_s));
}

PairDetails::Reading PairDetails::readPair(const OfBoth<TracePtr>& traces,
                                           const OfBoth<SpanId>& spans)
{
    Reading reading;
    OfBoth<SpanDetail> details;
    QStringList problems;
    for (const CompareSide side : kBothSides) {
        if (!spans[side].isValid())
            continue;
        auto detail = traces[side]->payloads().detail(spans[side]);
        if (detail)
            details[side] = *std::move(detail);
        else
            problems << tr("What %1 says could not be read: %2")
                            .arg(sideName(side), visibleText(toText(detail.error().message)));
    }
    reading.fields = std::make_shared<const Fields>(
        fieldsOf({traces.a.get(), traces.b.get()}, spans, details));
    reading.problem = problems.join(u'\n');
    return reading;
}

void PairDetails::read()
{
    const auto pair = m_context.selected();
    if (!pair)
        return;
    OfBoth<TracePtr> traces;
    OfBoth<SpanId> spans;
    for (const CompareSide side : kBothSides) {
        traces[side] = m_context.side(side).trace;
        spans[side] = m_context.anySpanOf(*pair, side);
    }
    inBackground(
        this,
        [traces, spans] { return readPair(traces, spans); },
        [this, order = m_order](const Reading& reading) {
            if (order == m_order)
                takeFields(reading);
        });
}

void PairDetails::takeFields(const Reading& reading)
{
    m_fields = reading.fields;
    m_notice->setText(reading.problem);
    m_notice->setVisible(!reading.problem.isEmpty());
    {
        const QScopedValueRollback adopting(m_isAdopting, true);
        while (m_tabs->count() > 0)
            m_tabs->removeTab(m_tabs->count() - 1);
        for (const FieldPair& field : *m_fields) {
            const QString name = fieldName(field.field);
            const int tab = m_tabs->addTab(field.isSame() ? name : QString(name + u" ≠"_s));
            m_tabs->setTabToolTip(tab, field.isSame() ? tr("Equal") : tr("Differs"));
        }
        m_tabs->setCurrentIndex(firstTab());
    }
    m_tabs->setVisible(m_tabs->count() > 0);
    if (m_fields->empty())
        takeTexts(-1, std::make_shared<const PairedText>());
    else
        showField(m_tabs->currentIndex());
}

/// The field that one looks at from pair to pair where it is there and differs; else the first of
/// those that make the pair differ, else the first that differs, else the first.
int PairDetails::firstTab() const
{
    const auto pair = m_context.selected();
    const std::uint16_t changes = pair ? m_context.pairs()[*pair].changes : 0;
    int firstChanged = -1;
    int firstTold = -1;
    for (std::size_t i = 0; i < m_fields->size(); ++i) {
        const FieldPair& field = (*m_fields)[i];
        if (m_chosen == field.field && !field.isSame())
            return static_cast<int>(i);
        // What the source says besides differs in ids and times: that is seldom what one seeks.
        const bool isLast = field.field == PairField::Facts;
        if (firstChanged < 0 && !field.isSame() && !isLast)
            firstChanged = static_cast<int>(i);
        if (firstTold < 0 && !field.isSame() && isToldBy(field.field, changes))
            firstTold = static_cast<int>(i);
    }
    return std::max(firstTold >= 0 ? firstTold : firstChanged, 0);
}

void PairDetails::showField(int tab)
{
    const auto fields = m_fields;
    inBackground(
        this,
        [fields, tab] {
            const FieldPair& field = (*fields)[static_cast<std::size_t>(tab)];
            return std::make_shared<const PairedText>(pairTexts(field.text.a, field.text.b));
        },
        [this, tab, order = m_order](const std::shared_ptr<const PairedText>& texts) {
            if (order == m_order && tab == m_tabs->currentIndex())
                takeTexts(tab, texts);
        });
}

void PairDetails::takeTexts(int tab, const std::shared_ptr<const PairedText>& texts)
{
    OfBoth<QString> notes;
    for (const CompareSide side : kBothSides) {
        const auto pair = m_context.selected();
        const bool isThere = pair && m_context.anySpanOf(*pair, side).isValid();
        notes[side] = !isThere ? tr("%1 has no such step.").arg(sideName(side))
            : tab < 0          ? tr("Nothing of this step is recorded.")
                               : tr("Nothing is recorded here in %1.").arg(sideName(side));
    }
    m_texts->setText(texts, notes);
    updateChanges();
    m_isReady = true;
    emit ready();
}

void PairDetails::updateChanges()
{
    const auto count = static_cast<int>(m_texts->text().changes.size());
    m_changes->setText(m_fields->empty() ? QString()
                           : count == 0  ? tr("equal")
                           : count == 1  ? tr("1 change")
                                         : tr("%1 changes").arg(formatCount(count)));
    for (const auto& [button, icon] : std::as_const(m_buttons))
        button->setEnabled(count > 0);
}

void PairDetails::openWhole(CompareSide side)
{
    const QString title = sideName(side) + u" · "_s + m_title->text();
    auto* shown = new TextWindow(
        m_context.theme(), title, m_texts->text().text[side], TextSyntax::Plain, window());
    shown->show();
}

} // namespace gui
