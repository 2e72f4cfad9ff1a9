#include "gui/sequence/sequence_view.h"

#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/models/step_previews.h"
#include "gui/sequence/sequence_export.h"
#include "gui/sequence/sequence_texts.h"
#include "gui/theme/theme.h"
#include "gui/widgets/hover_card.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QScrollBar>
#include <QTimer>

namespace gui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tracestore::SessionId;
using tracestore::SpanId;

SequenceView::SequenceView(SessionContext& context, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_context(context)
    , m_previews(new StepPreviews(context, this))
    , m_card(new HoverCard(context.theme(), this))
{
    setObjectName(u"sequence"_s);
    setWindowTitle(tr("Sequence"));
    setAccessibleName(tr("Sequence"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    addActions();
    connect(m_previews, &StepPreviews::arrived, viewport(), qOverload<>(&QWidget::update));
    connect(&context, &SessionContext::selectionChanged, this, &SequenceView::follow);
    connect(&context, &SessionContext::revealed, this, &SequenceView::follow);
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_isOutdated = m_order > 0;
        if (m_isOutdated && isVisible() && !m_isBusy)
            refresh();
    });
    connect(&context, &SessionContext::sessionChanged, this, [this] {
        if (m_isStarted && isVisible())
            refresh();
    });
    context.origins().addKeys(
        *this, [&context] { return originOfStep(*context.trace(), context.selected()); });
    connect(&context, &SessionContext::hoverChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&context, &SessionContext::stopChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&context.theme(), &Theme::changed, this, &SequenceView::followTheme);
    followTheme();
}

SequenceView::~SequenceView() = default;

// ---- what is shown

void SequenceView::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    m_isStarted = true;
    if (m_order == 0 || m_session != m_context.session() || (m_isOutdated && !m_isBusy))
        refresh();
}

void SequenceView::refresh()
{
    m_session = m_context.session();
    m_isBusy = true;
    m_isOutdated = false;
    const auto build = [trace = m_context.trace(), session = m_session] {
        return std::make_unique<SequenceRows>(buildSequence(trace, session));
    };
    inBackground(this, build, [this, order = ++m_order](std::unique_ptr<SequenceRows> rows) {
        if (order == m_order)
            adopt(std::move(rows));
    });
    viewport()->update();
}

void SequenceView::adopt(std::unique_ptr<SequenceRows> rows)
{
    m_isBusy = false;
    const Sequence& sequence = rows->sequence();
    for (QAction* action : {m_openLoops, m_closeLoops})
        action->setEnabled(!sequence.loops.empty());
    const bool goesOn = m_rows != nullptr && m_rows->sequence().session == sequence.session
        && m_rows->sequence().trace != sequence.trace;
    if (goesOn) {
        goOnWith(std::move(rows));
    } else {
        m_headSelected = kNone;
        m_card->hide();
        m_rows = std::move(rows);
        verticalScrollBar()->setValue(0);
        layOut();
        follow(m_context.selected());
    }
    if (m_isOutdated && isVisible())
        refresh();
}

/// The same sequence, longer: loops stay open, and what one reads stays where it is, or at the end.
void SequenceView::goOnWith(std::unique_ptr<SequenceRows> rows)
{
    QScrollBar* bar = verticalScrollBar();
    const bool isAtEnd = bar->maximum() > 0 && bar->value() == bar->maximum();
    const std::uint32_t top = rowAt(SequenceGeometry::kHeader);
    const SpanId topSpan = spanOf(top);
    const int topBefore = top == kNone ? 0 : rowRect(top).top();
    const auto spanOfHead = [](const SequenceRows& of, std::uint32_t loop) {
        return of.sequence().items[of.sequence().loops[loop].first].span;
    };
    const SpanId head = m_headSelected == kNone ? SpanId() : spanOfHead(*m_rows, m_headSelected);
    rows->openAsIn(*m_rows);
    m_rows = std::move(rows);
    const std::uint32_t headItem = m_rows->sequence().itemOf(head);
    m_headSelected = headItem == kNone ? kNone : m_rows->loopOf(headItem);
    if (const std::uint32_t item = m_rows->sequence().itemOf(m_context.selected()); item != kNone)
        m_rows->showItem(item);
    layOut();
    const std::uint32_t item = m_rows->sequence().itemOf(topSpan);
    if (isAtEnd)
        bar->setValue(bar->maximum());
    else if (item != kNone)
        bar->setValue(bar->value() + rowRect(m_rows->rowOf(item)).top() - topBefore);
}

void SequenceView::follow(SpanId span)
{
    m_headSelected = kNone;
    viewport()->update();
    if (m_rows == nullptr || m_isBusy)
        return;
    const std::uint32_t item = m_rows->sequence().itemOf(span);
    if (item == kNone)
        return;
    if (m_context.isFollowing())
        return;
    m_rows->showItem(item);
    ensureVisible(m_rows->rowOf(item));
    setAccessibleDescription(rowText(*m_rows, m_rows->rowOf(item)));
}

std::uint32_t SequenceView::selectedRow() const
{
    if (m_rows == nullptr)
        return kNone;
    if (m_headSelected != kNone)
        return m_rows->rowOfHead(m_headSelected);
    const std::uint32_t item = m_rows->sequence().itemOf(m_context.selected());
    return item == kNone ? kNone : m_rows->rowOf(item);
}

SpanId SequenceView::spanOf(std::uint32_t row) const
{
    if (m_rows == nullptr || row >= m_rows->count() || m_rows->at(row).isHead())
        return {};
    return m_rows->sequence().items[m_rows->at(row).item].span;
}

void SequenceView::setAllOpen(bool isOpen)
{
    if (m_rows != nullptr)
        changeRows(selectedRow(), [&] { m_rows->setAllOpen(isOpen); });
}

void SequenceView::toggleLoop(std::uint32_t loop)
{
    changeRows(m_rows->rowOfHead(loop), [&] {
        m_headSelected = loop;
        m_rows->setOpen(loop, !m_rows->isOpen(loop));
    });
}

/// What is selected stays where it is on the screen while rows come and go.
void SequenceView::changeRows(std::uint32_t keptRow, const std::function<void()>& change)
{
    const int before = keptRow == kNone ? 0 : rowRect(keptRow).top();
    change();
    layOut();
    const std::uint32_t after = selectedRow();
    if (after == kNone || keptRow == kNone)
        return;
    verticalScrollBar()->setValue(verticalScrollBar()->value() + rowRect(after).top() - before);
    ensureVisible(after);
}

// ---- places

void SequenceView::layOut()
{
    if (m_rows == nullptr)
        return;
    const auto columns = static_cast<int>(m_rows->sequence().participants.size());
    m_geometry = SequenceGeometry::fitting(columns, viewport()->width());
    const int room = std::max(1, viewport()->height() - SequenceGeometry::kHeader);
    verticalScrollBar()->setRange(0, std::max(0, m_geometry.height(m_rows->count()) - room));
    verticalScrollBar()->setPageStep(room);
    verticalScrollBar()->setSingleStep(SequenceGeometry::kRow);
    horizontalScrollBar()->setRange(0, std::max(0, m_geometry.width() - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(m_geometry.pitch / 2);
    viewport()->update();
}

void SequenceView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

QRect SequenceView::rowRect(std::size_t row) const
{
    return {0,
            SequenceGeometry::kHeader + SequenceGeometry::top(row) - verticalScrollBar()->value(),
            viewport()->width(),
            SequenceGeometry::kRow};
}

std::uint32_t SequenceView::rowAt(int y) const
{
    const int inside = y - SequenceGeometry::kHeader + verticalScrollBar()->value();
    if (m_rows == nullptr || y < SequenceGeometry::kHeader || inside < 0)
        return kNone;
    const auto row = static_cast<std::uint32_t>(inside / SequenceGeometry::kRow);
    return row < m_rows->count() ? row : kNone;
}

void SequenceView::ensureVisible(std::uint32_t row)
{
    const QRect rect = rowRect(row);
    const int room = viewport()->height() - SequenceGeometry::kHeader;
    if (rect.top() < SequenceGeometry::kHeader || rect.bottom() >= viewport()->height())
        verticalScrollBar()->setValue(SequenceGeometry::top(row)
                                      - (room - SequenceGeometry::kRow) / 2);
    if (m_rows->at(row).isHead())
        return;
    const SequenceItem& item = m_rows->sequence().items[m_rows->at(row).item];
    const int left = std::min(m_geometry.lifeline(item.from), m_geometry.lifeline(item.to));
    const int right = std::max(m_geometry.lifeline(item.from), m_geometry.lifeline(item.to));
    QScrollBar* bar = horizontalScrollBar();
    const int margin = m_geometry.pitch / 2;
    if (right + margin > bar->value() + viewport()->width())
        bar->setValue(right + margin - viewport()->width());
    if (left - margin < bar->value() + SequenceGeometry::kGutter)
        bar->setValue(left - margin - SequenceGeometry::kGutter);
}

// ---- painting

void SequenceView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const Theme& theme = m_context.theme();
    const QRect area = viewport()->rect();
    painter.fillRect(area, theme.color(ColorRole::Panel));
    const QString empty = emptyText();
    if (!empty.isEmpty()) {
        painter.setFont(theme.textFont());
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(
            area.adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, empty);
        return;
    }
    const int x = horizontalScrollBar()->value();
    const int y = verticalScrollBar()->value();
    const auto first = static_cast<std::size_t>(y / SequenceGeometry::kRow);
    const auto inSight = static_cast<std::size_t>(area.height() / SequenceGeometry::kRow) + 2;
    const std::size_t end = std::min(m_rows->count(), first + inSight);
    SequencePainter rows(theme, *m_rows, m_geometry);
    rows.setPreview([this](SpanId span) { return m_previews->of(span); });
    const std::uint32_t hovered = m_rows->sequence().itemOf(m_context.hovered());
    const std::uint32_t stopped = m_rows->sequence().itemOf(m_context.stop().stop);
    rows.setEmphasis({.selectedRow = selectedRow(),
                      .hoveredRow = hovered == kNone ? kNone : m_rows->rowOf(hovered),
                      .stoppedRow = stopped == kNone ? kNone : m_rows->rowOf(stopped),
                      .hasFocus = hasFocus()});
    const QRect visible(x, y, area.width(), area.height());
    painter.save();
    painter.translate(-x, SequenceGeometry::kHeader - y);
    rows.paintRows(painter, first, end, visible);
    painter.restore();
    painter.save();
    painter.translate(0, SequenceGeometry::kHeader - y);
    if (x > 0)
        painter.fillRect(
            0, y, SequenceGeometry::kGutter, area.height(), theme.color(ColorRole::Panel));
    rows.paintGutter(painter, first, end, SequenceGeometry::kGutter);
    painter.restore();
    painter.save();
    painter.translate(-x, 0);
    rows.paintHeader(painter, {x, 0, area.width(), SequenceGeometry::kHeader});
    painter.restore();
    if (!m_message.isEmpty()) {
        painter.setFont(theme.smallFont());
        const int width = painter.fontMetrics().horizontalAdvance(m_message) + 24;
        const QRect box(
            metrics::kMargin, area.bottom() - 32, std::min(width, area.width() - 16), 24);
        painter.fillRect(box, theme.color(ColorRole::Raised));
        painter.setPen(theme.color(ColorRole::Text));
        painter.drawText(box, Qt::AlignCenter, m_message);
    }
    requestPreviews(first, end);
}

QString SequenceView::emptyText() const
{
    // Another session's rows stay until the new ones are there.
    if (m_rows == nullptr)
        return tr("Putting the steps in order …");
    if (m_rows->count() > 0)
        return {};
    return tr("This session has no messages, model calls or tool calls to put in order.");
}

void SequenceView::requestPreviews(std::size_t first, std::size_t end)
{
    std::vector<SpanId> inSight;
    for (std::size_t row = first; row < end; ++row) {
        if (const SpanId span = spanOf(static_cast<std::uint32_t>(row)); span.isValid())
            inSight.push_back(span);
    }
    m_previews->request(inSight);
}

// ---- actions

QAction* SequenceView::addAction(const QString& icon, const QString& text)
{
    auto* action = new QAction(text, this);
    action->setToolTip(text);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QWidget::addAction(action);
    m_icons.emplaceBack(action, icon);
    return action;
}

void SequenceView::addActions()
{
    m_openLoops = addAction(u"expand-all"_s, tr("Open all loops"));
    m_openLoops->setEnabled(false);
    connect(m_openLoops, &QAction::triggered, this, [this] { setAllOpen(true); });
    m_closeLoops = addAction(u"collapse-all"_s, tr("Close all loops"));
    m_closeLoops->setEnabled(false);
    connect(m_closeLoops, &QAction::triggered, this, [this] { setAllOpen(false); });
    QAction* exportAction = addAction(u"export"_s, tr("Export"));
    exportAction->setToolTip(tr("Save the sequence as SVG, PNG or Mermaid text"));
    auto* formats = new QMenu(this);
    connect(formats->addAction(tr("Copy as Mermaid text")), &QAction::triggered, this, [this] {
        if (m_rows == nullptr)
            return;
        QGuiApplication::clipboard()->setText(QString::fromUtf8(toMermaid(*m_rows)));
        say(tr("Copied as Mermaid text"));
    });
    const auto addFormat = [&](const QString& text, const QString& suffix, const QString& filter) {
        connect(formats->addAction(text), &QAction::triggered, this, [this, suffix, filter] {
            askForFile(suffix, filter);
        });
    };
    addFormat(tr("Mermaid text…"), u"mmd"_s, tr("Mermaid diagram (*.mmd)"));
    addFormat(tr("SVG picture…"), u"svg"_s, tr("SVG picture (*.svg)"));
    addFormat(tr("PNG picture…"), u"png"_s, tr("PNG picture (*.png)"));
    exportAction->setMenu(formats);
}

void SequenceView::followTheme()
{
    for (const auto& [action, icon] : m_icons)
        action->setIcon(m_context.theme().icon(icon));
    viewport()->update();
}

void SequenceView::askForFile(const QString& suffix, const QString& filter)
{
    auto* dialog = new QFileDialog(this, tr("Export the sequence"), {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(u"sequence."_s + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, &SequenceView::exportTo);
    dialog->open();
}

void SequenceView::exportTo(const QString& path)
{
    if (m_rows == nullptr || m_rows->count() == 0)
        return say(tr("There is nothing to export yet"));
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (suffix == "svg"_L1)
        bytes = toSvg(*m_rows, m_context.theme());
    else if (suffix == "png"_L1)
        bytes = toPng(*m_rows, m_context.theme());
    else if (suffix == "mmd"_L1 || suffix == "mermaid"_L1)
        bytes = toMermaid(*m_rows);
    else
        return say(tr("Cannot export: the name must end in .svg, .png or .mmd"));
    QSaveFile file(path);
    const bool isSaved = !bytes.isEmpty() && file.open(QIODevice::WriteOnly)
        && file.write(bytes) == bytes.size() && file.commit();
    const QString name = QFileInfo(path).fileName();
    say(isSaved ? tr("Saved %1").arg(name)
                : tr("%1 could not be saved: %2").arg(name, file.errorString()));
}

void SequenceView::say(const QString& message)
{
    m_message = message;
    viewport()->update();
    QTimer::singleShot(4s, this, [this, message] {
        if (m_message == message)
            m_message.clear();
        viewport()->update();
    });
}

} // namespace gui
