#pragma once

#include "gui/widgets/text_blocks.h"

#include <QDialog>

namespace gui {

class Theme;

/// A window of its own for one long text. Deletes itself when closed; not modal.
class TextWindow : public QDialog
{
    Q_OBJECT

public:
    TextWindow(Theme& theme,
               const QString& title,
               const QString& text,
               TextSyntax syntax,
               QWidget* parent);
};

/// A window for an image whose bytes are at hand (base64). What cannot be read as an image of a
/// sane size is said in words; nothing is ever fetched.
class ImageWindow : public QDialog
{
    Q_OBJECT

public:
    static constexpr int kMaxSide = 8192;

    ImageWindow(const QString& title, const QByteArray& base64, QWidget* parent);
};

} // namespace gui
