#pragma once

class QPainter;
class QStyleOptionViewItem;

namespace gui {

class Theme;

/// Whether the view that an item is painted for has the keyboard, in a window that has it.
bool hasKeyboard(const QStyleOptionViewItem& option);

/// The background of a selected item, paler where its view has not the keyboard; nothing where the
/// item is not selected.
void paintSelected(QPainter& painter, const QStyleOptionViewItem& option, const Theme& theme);

} // namespace gui
