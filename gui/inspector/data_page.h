#pragma once

#include "gui/models/json_document.h"

#include <QWidget>

class QButtonGroup;
class QHBoxLayout;
class QStackedWidget;

namespace gui {

class JsonTreeView;
class TextViewer;
class Theme;

/// One text that may be JSON, as a tree, as readable text or as it was recorded. Large texts are
/// read on a worker thread.
class DataPage : public QWidget
{
    Q_OBJECT

public:
    enum class Mode : std::uint8_t
    {
        Tree,
        Text, ///< with line ends and indentation where it is JSON
        AsRecorded,
    };

    /// `modes`: what can be chosen, the first to begin with.
    DataPage(Theme& theme, const std::vector<Mode>& modes, QWidget* parent = nullptr);

    /// `isLines`: each line is a record of its own.
    void setText(std::string text, bool isLines = false);

    /// Shows a mode; where the text is no JSON, the tree gives way to text.
    void setMode(Mode mode);

    [[nodiscard]] Mode shownMode() const;

    [[nodiscard]] JsonTreeView& tree() const { return *m_tree; }

    [[nodiscard]] TextViewer& viewer() const { return *m_viewer; }

signals:
    void textShown();

private:
    /// What a worker makes of a text.
    struct Content
    {
        std::string text;
        JsonDocumentPtr document; ///< null: no JSON, or several records
        QString readable;
        bool isJson = false;
    };

    static std::shared_ptr<const Content> read(std::string text, bool isLines);
    void adopt(std::shared_ptr<const Content> content);
    void showContent();

    Theme& m_theme;
    Mode m_mode;
    std::shared_ptr<const Content> m_content;
    std::uint64_t m_request = 0;
    QStackedWidget* m_stack;
    JsonTreeView* m_tree;
    TextViewer* m_viewer;
    QButtonGroup* m_buttons;
};

} // namespace gui
