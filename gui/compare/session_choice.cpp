#include "gui/compare/session_choice.h"

#include "gui/compare/compare_words.h"
#include "gui/sessions/session_rows.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::TracePtr;

namespace {

    constexpr int kWholeTrace = -1; ///< in place of the number of a session

    QString lineOf(const SessionRow& row)
    {
        QStringList parts {row.title};
        if (const QString outcome = statusName(row.outcome); !outcome.isEmpty())
            parts << outcome;
        parts << SessionChoice::tr("%1 steps").arg(formatCount(row.totals.steps));
        if (row.duration)
            parts << formatDuration(row.duration);
        return parts.join(u"  ·  "_s);
    }

} // namespace

std::optional<SessionId>
counterpartOf(const TracePtr& trace, std::optional<SessionId> session, const TracePtr& other)
{
    const auto& candidates = other->sessions();
    if (!session || candidates.empty())
        return {};
    const tracestore::Session& wanted = trace->session(*session);
    const auto likeness = [&](const tracestore::Session& one) {
        if (!wanted.key.empty() && one.key == wanted.key)
            return std::string::npos;
        const auto [end, ignored] = std::ranges::mismatch(wanted.title, one.title);
        return static_cast<std::size_t>(end - wanted.title.begin());
    };
    std::optional<SessionId> best;
    std::size_t most = 0;
    const auto count = static_cast<std::uint32_t>(candidates.size());
    // From the next one on: of trials of one task, the one that follows.
    const std::uint32_t first = trace == other ? session->value + 1 : 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const SessionId one((first + i) % count);
        if (trace == other && one == *session)
            continue;
        const std::size_t alike = likeness(candidates[one.index()]);
        if (!best || alike > most) {
            best = one;
            most = alike;
        }
    }
    return best;
}

SessionChoice::SessionChoice(OfBoth<Side> sides, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_sides(std::move(sides))
    , m_theme(theme)
    , m_compare(new QPushButton(tr("Compare"), this))
{
    setObjectName(u"sessionChoice"_s);
    auto* title = new QLabel(tr("Which sessions are to be compared?"), this);
    QFont large = theme.textFont();
    large.setPixelSize(18);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    auto* lists = new QHBoxLayout;
    lists->setSpacing(2 * metrics::kMargin);
    for (const CompareSide side : kBothSides)
        lists->addWidget(makeSide(side));
    m_compare->setObjectName(u"compareSessions"_s);
    m_compare->setDefault(true);
    connect(m_compare, &QPushButton::clicked, this, &SessionChoice::compareRequested);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addWidget(title);
    column->addLayout(lists, 1);
    column->addWidget(m_compare, 0, Qt::AlignLeft);
    setFocusProxy(m_lists.b);
    update();
}

QWidget* SessionChoice::makeSide(CompareSide side)
{
    auto* box = new QWidget(this);
    auto* name = new QLabel(QString(sideName(side) + u"   "_s + m_sides[side].title), box);
    name->setTextFormat(Qt::PlainText);
    QPalette colored = name->palette();
    colored.setColor(QPalette::WindowText, m_theme.color(sideRole(side)));
    name->setPalette(colored);
    m_filters[side] = new QLineEdit(box);
    m_filters[side]->setPlaceholderText(tr("Filter by title or outcome"));
    m_filters[side]->setAccessibleName(tr("Filter the sessions of %1").arg(sideName(side)));
    m_filters[side]->setClearButtonEnabled(true);
    m_lists[side] = new QListWidget(box);
    m_lists[side]->setObjectName(side == CompareSide::A ? u"sessionsOfA"_s : u"sessionsOfB"_s);
    m_lists[side]->setAccessibleName(tr("Sessions of %1").arg(sideName(side)));
    m_lists[side]->setUniformItemSizes(true);
    m_lists[side]->setTextElideMode(Qt::ElideRight);
    m_lists[side]->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(name);
    column->addWidget(m_filters[side]);
    column->addWidget(m_lists[side], 1);
    fill(side);
    connect(m_filters[side], &QLineEdit::textChanged, this, [this, side] { applyFilter(side); });
    connect(m_lists[side], &QListWidget::currentRowChanged, this, &SessionChoice::update);
    connect(m_lists[side], &QListWidget::itemActivated, m_compare, &QPushButton::click);
    return box;
}

void SessionChoice::fill(CompareSide side)
{
    const std::vector<SessionRow> rows = sessionRows(*m_sides[side].trace);
    QListWidget& list = *m_lists[side];
    for (const SessionRow& row : rows) {
        auto* item = new QListWidgetItem(lineOf(row), &list);
        item->setData(Qt::UserRole, static_cast<int>(row.session.value));
        item->setData(Qt::AccessibleTextRole, lineOf(row));
    }
    if (rows.size() != 1) {
        auto* all = new QListWidgetItem(tr("All of it as one"), &list);
        all->setData(Qt::UserRole, kWholeTrace);
    }
    m_filters[side]->setVisible(rows.size() > 8);
    select(side, m_sides[side].session);
}

void SessionChoice::select(CompareSide side, std::optional<SessionId> session)
{
    const int wanted = session ? static_cast<int>(session->value) : 0;
    QListWidget& list = *m_lists[side];
    for (int i = 0; i < list.count(); ++i) {
        if (list.item(i)->data(Qt::UserRole).toInt() == wanted)
            list.setCurrentRow(i);
    }
    if (list.currentRow() < 0)
        list.setCurrentRow(0);
    list.scrollToItem(list.currentItem(), QAbstractItemView::PositionAtCenter);
}

void SessionChoice::applyFilter(CompareSide side)
{
    QListWidget& list = *m_lists[side];
    int first = -1;
    for (int i = 0; i < list.count(); ++i) {
        const bool isShown
            = list.item(i)->text().contains(m_filters[side]->text(), Qt::CaseInsensitive);
        list.item(i)->setHidden(!isShown);
        if (isShown && first < 0)
            first = i;
    }
    if (list.currentItem() == nullptr || list.currentItem()->isHidden())
        list.setCurrentRow(first);
    update();
}

std::optional<ChosenSession> SessionChoice::chosen(CompareSide side) const
{
    const QListWidgetItem* item = m_lists[side]->currentItem();
    if (item == nullptr || item->isHidden())
        return {};
    const int number = item->data(Qt::UserRole).toInt();
    if (number == kWholeTrace)
        return ChosenSession();
    return ChosenSession {SessionId(static_cast<std::uint32_t>(number))};
}

void SessionChoice::update()
{
    if (m_lists.a == nullptr || m_lists.b == nullptr)
        return;
    m_compare->setEnabled(chosen(CompareSide::A) && chosen(CompareSide::B));
}

} // namespace gui
