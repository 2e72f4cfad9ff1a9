#include "gui/inspector/message_list.h"

#include "gui/messages/conversation_builder.h"
#include "gui/theme/format.h"

namespace gui {

namespace {

    /// Beyond so many, messages are counted, not shown: Raw has them.
    constexpr std::size_t kMaxMessages = 20'000;

} // namespace

MessageList::MessageList(Theme& theme, QWidget* parent)
    : BlockListView(theme, parent)
{
    setAccessibleName(tr("Messages"));
}

void MessageList::setMessages(const std::vector<tracestore::Message>& messages,
                              PartRef::Where where,
                              std::size_t firstNew,
                              bool marksNew)
{
    m_earlier.clear();
    m_blocks.clear();
    m_fold.reset();
    m_showsEarlier = false;
    const std::size_t count = std::min(messages.size(), kMaxMessages);
    for (std::size_t i = 0; i < count; ++i) {
        for (Block& block : messageBlocks(messages[i], where, i)) {
            block.isNew = marksNew && i >= firstNew;
            (i < firstNew ? m_earlier : m_blocks)
                .push_back(std::make_shared<const Block>(std::move(block)));
        }
    }
    if (count < messages.size()) {
        Block rest {.kind = BlockKind::Note,
                    .title
                    = tr("%1 more messages, see Raw")
                          .arg(formatCount(static_cast<std::int64_t>(messages.size() - count)))};
        m_blocks.push_back(std::make_shared<const Block>(std::move(rest)));
    }
    if (!m_earlier.empty()) {
        Block fold {.kind = BlockKind::Note,
                    .title = tr("%1 earlier messages, unchanged")
                                 .arg(formatCount(static_cast<std::int64_t>(firstNew)))};
        fold.canFold = fold.startsFolded = true;
        m_fold = std::make_shared<const Block>(std::move(fold));
    }
    forgetFolds();
    resetRows(earlierRows() + m_blocks.size(), 0);
    scrollTo(0);
}

std::size_t MessageList::earlierRows() const
{
    return m_fold == nullptr ? 0 : m_showsEarlier ? 1 + m_earlier.size() : 1;
}

BlockPtr MessageList::blockAt(std::size_t row) const
{
    if (m_fold != nullptr && row == 0)
        return m_fold;
    const std::size_t earlier = earlierRows();
    return row < earlier ? m_earlier[row - 1] : m_blocks[row - earlier];
}

quint64 MessageList::foldKey(std::size_t row) const
{
    constexpr quint64 kNew = quint64 {1} << 40U;
    const std::size_t earlier = earlierRows();
    return row < earlier ? row : kNew + (row - earlier);
}

void MessageList::toggle(std::size_t row)
{
    const bool isFold = m_fold != nullptr && row == 0;
    BlockListView::toggle(row);
    if (!isFold)
        return;
    m_showsEarlier = !m_showsEarlier;
    resetRows(earlierRows() + m_blocks.size(), 0);
}

} // namespace gui
