#pragma once

#include "gui/messages/block_list_view.h"
#include "tracestore/model/message.h"

namespace gui {

/// The messages of one side of a call. Those that the call before sent already are folded into one
/// row; new ones are marked.
class MessageList : public BlockListView
{
    Q_OBJECT

public:
    explicit MessageList(Theme& theme, QWidget* parent = nullptr);

    /// `firstNew` messages at the front are unchanged since the call before; `marksNew` is whether
    /// there was one.
    void setMessages(const std::vector<tracestore::Message>& messages,
                     PartRef::Where where,
                     std::size_t firstNew,
                     bool marksNew);

    [[nodiscard]] BlockPtr blockAt(std::size_t row) const override;

public slots:
    void toggle(std::size_t row) override;

protected:
    [[nodiscard]] quint64 foldKey(std::size_t row) const override;

private:
    [[nodiscard]] std::size_t earlierRows() const;

    std::vector<BlockPtr> m_earlier; ///< of the unchanged messages
    std::vector<BlockPtr> m_blocks;
    BlockPtr m_fold; ///< the row that stands for the earlier ones; null where there are none
    bool m_showsEarlier = false;
};

} // namespace gui
