#include "gui/agents/config_edit.h"

#include "gui/theme/theme.h"

#include <QPaintEvent>
#include <QPainter>
#include <QTextBlock>

namespace gui {

using namespace Qt::StringLiterals;
using engine::ConfigProblem;

/// The strip of line numbers and marks beside the text.
class ConfigGutter : public QWidget
{
public:
    explicit ConfigGutter(ConfigEdit& edit)
        : QWidget(&edit)
        , m_edit(edit)
    { }

protected:
    void paintEvent(QPaintEvent* event) override { m_edit.paintGutter(event); }

private:
    ConfigEdit& m_edit;
};

ConfigEdit::ConfigEdit(Theme& theme, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_theme(theme)
    , m_gutter(new ConfigGutter(*this))
{
    setObjectName(u"configText"_s);
    setAccessibleName(tr("Text of the configuration"));
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &ConfigEdit::placeGutter);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
        if (dy != 0)
            m_gutter->scroll(0, dy);
        else
            m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
    });
    connect(&theme, &Theme::changed, this, &ConfigEdit::followTheme);
    followTheme();
}

void ConfigEdit::followTheme()
{
    setFont(m_theme.codeFont());
    placeGutter();
    m_gutter->update();
}

void ConfigEdit::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        placeGutter();
}

int ConfigEdit::gutterWidth() const
{
    const auto digits = QString::number(std::max(blockCount(), 100)).size();
    return static_cast<int>(digits) * fontMetrics().horizontalAdvance(u'0') + 3 * metrics::kMargin;
}

void ConfigEdit::placeGutter()
{
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), gutterWidth(), area.height());
}

void ConfigEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

int ConfigEdit::levelOf(int line) const
{
    int level = 0;
    for (const ConfigProblem& problem : m_problems) {
        if (static_cast<int>(problem.line) == line)
            level = std::max(level, problem.isError ? 2 : 1);
    }
    return level;
}

void ConfigEdit::paintGutter(QPaintEvent* event)
{
    QPainter painter(m_gutter);
    painter.fillRect(event->rect(), m_theme.color(ColorRole::Panel));
    painter.setFont(font());
    QTextBlock block = firstVisibleBlock();
    double top = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && top <= event->rect().bottom()) {
        const double height = blockBoundingRect(block).height();
        const int line = block.blockNumber() + 1;
        const int level = levelOf(line);
        const QRectF row(0, top, m_gutter->width() - metrics::kMargin, height);
        if (level > 0) {
            const ColorRole role = level == 2 ? ColorRole::Error : ColorRole::Warning;
            const QString icon = level == 2 ? u"status-error"_s : u"status-warning"_s;
            m_theme.icon(icon, role)
                .paint(&painter, QRect(2, static_cast<int>(row.center().y()) - 6, 12, 12));
        }
        painter.setPen(m_theme.color(level == 2       ? ColorRole::Error
                                         : level == 1 ? ColorRole::Warning
                                                      : ColorRole::TextFaint));
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, QString::number(line));
        top += height;
        block = block.next();
    }
}

void ConfigEdit::setProblems(std::vector<ConfigProblem> problems)
{
    m_problems = std::move(problems);
    m_gutter->update();
}

void ConfigEdit::goTo(const ConfigProblem& problem)
{
    if (problem.line == 0)
        return;
    const QTextBlock block = document()->findBlockByNumber(static_cast<int>(problem.line) - 1);
    if (!block.isValid())
        return;
    // Columns are counted in bytes.
    const QByteArray bytes = block.text().toUtf8();
    const auto before = static_cast<qsizetype>(std::max<std::size_t>(problem.column, 1)) - 1;
    const auto column = QString::fromUtf8(bytes.left(before)).size();
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + static_cast<int>(column));
    setTextCursor(cursor);
    centerCursor();
    setFocus(Qt::OtherFocusReason);
}

void ConfigEdit::setTextKept(const QString& text)
{
    const QString before = toPlainText();
    if (before == text)
        return;
    const auto shorter = std::min(before.size(), text.size());
    qsizetype same = 0;
    while (same < shorter && before[same] == text[same])
        ++same;
    qsizetype sameAtEnd = 0;
    while (sameAtEnd < shorter - same
           && before[before.size() - 1 - sameAtEnd] == text[text.size() - 1 - sameAtEnd])
        ++sameAtEnd;
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(same));
    cursor.setPosition(static_cast<int>(before.size() - sameAtEnd), QTextCursor::KeepAnchor);
    cursor.insertText(text.mid(same, text.size() - same - sameAtEnd));
}

} // namespace gui
