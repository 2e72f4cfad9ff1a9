#include "gui/inspector/data_page.h"

#include "gui/context/in_background.h"
#include "gui/messages/conversation_builder.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/json_tree_view.h"
#include "gui/widgets/text_viewer.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    /// Less than this is read at once, in a few milliseconds.
    constexpr std::size_t kAtOnce = std::size_t {256} << 10U;
    /// More than this is not indented: it would be several times as much.
    constexpr std::size_t kMaxReadable = std::size_t {64} << 20U;

    QString modeName(DataPage::Mode mode)
    {
        switch (mode) {
        case DataPage::Mode::Tree:
            return DataPage::tr("Tree");
        case DataPage::Mode::Text:
            return DataPage::tr("Text");
        case DataPage::Mode::AsRecorded:
            return DataPage::tr("As recorded");
        }
        return {};
    }

    /// Each line that is JSON made readable, the others as they stand.
    QString readableLines(const std::string& text)
    {
        QString result;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::string line = text.substr(at, end - at);
            const auto document = JsonDocument::parse(line);
            result += (document ? toText(prettyJson(**document)) : toText(line)) + u'\n';
            at = end + 1;
        }
        return result;
    }

} // namespace

DataPage::DataPage(Theme& theme, const std::vector<Mode>& modes, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_mode(modes.front())
    , m_stack(new QStackedWidget)
    , m_tree(new JsonTreeView(theme))
    , m_viewer(new TextViewer(theme))
    , m_buttons(new QButtonGroup(this))
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(metrics::kMargin, 2, metrics::kMargin, metrics::kSpacing);
    row->setSpacing(metrics::kSpacing);
    for (const Mode mode : modes) {
        auto* button = new QToolButton;
        button->setText(modeName(mode));
        button->setCheckable(true);
        button->setChecked(mode == m_mode);
        button->setAccessibleName(tr("Show as: %1").arg(modeName(mode)));
        m_buttons->addButton(button, static_cast<int>(mode));
        row->addWidget(button);
    }
    row->addStretch(1);
    m_stack->addWidget(m_tree);
    m_stack->addWidget(m_viewer);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_stack, 1);
    connect(m_buttons, &QButtonGroup::idClicked, this, [this](int id) {
        setMode(static_cast<Mode>(id));
    });
}

std::shared_ptr<const DataPage::Content> DataPage::read(std::string text, bool isLines)
{
    auto content = std::make_shared<Content>();
    content->text = std::move(text);
    auto document = JsonDocument::parse(content->text);
    if (document && (*document)->type((*document)->root()) == JsonType::String) {
        // A text in quotes: it is read without them.
        ReadableText inner = gui::readable(content->text);
        content->readable = std::move(inner.text);
        content->isJson = inner.syntax == TextSyntax::Json;
    } else if (document) {
        content->document = *document;
        content->isJson = true;
        content->readable = content->text.size() <= kMaxReadable ? toText(prettyJson(**document))
                                                                 : toText(content->text);
    } else if (isLines && content->text.size() <= kMaxReadable) {
        content->isJson = looksLikeJson(content->text.substr(0, content->text.find('\n')));
        content->readable = readableLines(content->text);
    } else {
        content->readable = toText(content->text);
    }
    return content;
}

void DataPage::setText(std::string text, bool isLines)
{
    const std::uint64_t request = ++m_request;
    if (text.size() <= kAtOnce) {
        adopt(read(std::move(text), isLines));
        return;
    }
    const auto work = [whole = std::make_shared<std::string>(std::move(text)), isLines] {
        return read(std::move(*whole), isLines);
    };
    inBackground(this, work, [this, request](std::shared_ptr<const Content> content) {
        if (request == m_request)
            adopt(std::move(content));
    });
}

void DataPage::adopt(std::shared_ptr<const Content> content)
{
    m_content = std::move(content);
    m_tree->setDocument(m_content->document);
    showContent();
    emit textShown();
}

void DataPage::setMode(Mode mode)
{
    m_mode = mode;
    if (QAbstractButton* button = m_buttons->button(static_cast<int>(mode)))
        button->setChecked(true);
    showContent();
}

DataPage::Mode DataPage::shownMode() const
{
    const bool isTree = m_mode == Mode::Tree && m_content != nullptr && m_content->document;
    return isTree ? Mode::Tree : m_mode == Mode::AsRecorded ? Mode::AsRecorded : Mode::Text;
}

void DataPage::showContent()
{
    if (m_content == nullptr)
        return;
    QAbstractButton* tree = m_buttons->button(static_cast<int>(Mode::Tree));
    if (tree != nullptr) {
        tree->setEnabled(m_content->document != nullptr);
        tree->setToolTip(m_content->document ? QString() : tr("This text is not JSON."));
    }
    const Mode shown = shownMode();
    m_stack->setCurrentWidget(shown == Mode::Tree ? static_cast<QWidget*>(m_tree) : m_viewer);
    if (shown != Mode::Tree)
        m_viewer->setText(shown == Mode::Text ? m_content->readable : toText(m_content->text),
                          m_content->isJson ? TextSyntax::Json : TextSyntax::Plain);
}

} // namespace gui
