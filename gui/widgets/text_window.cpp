#include "gui/widgets/text_window.h"

#include "gui/theme/theme.h"
#include "gui/widgets/text_viewer.h"

#include <QBuffer>
#include <QImageReader>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr QSize kWindow(900, 640);
    constexpr int kMegabytes = 256;

} // namespace

TextWindow::TextWindow(
    Theme& theme, const QString& title, const QString& text, TextSyntax syntax, QWidget* parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"textWindow"_s);
    setWindowTitle(title);
    resize(kWindow);
    auto* viewer = new TextViewer(theme);
    viewer->setCodeFont(syntax != TextSyntax::Markdown);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(viewer);
    viewer->setText(text, syntax);
    viewer->setFocus();
}

ImageWindow::ImageWindow(const QString& title, const QByteArray& base64, QWidget* parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"imageWindow"_s);
    setWindowTitle(title);
    QByteArray bytes = QByteArray::fromBase64(base64);
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    reader.setDecideFormatFromContent(true);
    QImageReader::setAllocationLimit(kMegabytes);
    const QSize size = reader.size();
    QImage image;
    // SVG could draw anything for ever; pictures of strangers are pixels.
    const bool isPixels = !reader.format().startsWith("svg");
    if (isPixels && size.isValid() && size.width() <= kMaxSide && size.height() <= kMaxSide)
        image = reader.read();
    auto* label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setAlignment(Qt::AlignCenter);
    label->setAccessibleName(title);
    if (image.isNull())
        label->setText(tr("This content cannot be shown as an image."));
    else
        label->setPixmap(QPixmap::fromImage(image));
    auto* area = new QScrollArea;
    area->setWidget(label);
    area->setWidgetResizable(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(area);
    resize(image.isNull() ? QSize(420, 120) : (image.size() + QSize(24, 24)).boundedTo(kWindow));
}

} // namespace gui
