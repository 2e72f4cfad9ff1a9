#pragma once

#include "tracestore/model/message.h"

#include <QWidget>

class QLabel;
class QLineEdit;

namespace gui {

class JsonTreeView;
class Theme;

/// The flat attributes of a span as a JSON tree, with a line that filters them by key and value.
class AttributesPage : public QWidget
{
    Q_OBJECT

public:
    explicit AttributesPage(Theme& theme, QWidget* parent = nullptr);

    void setAttributes(std::vector<tracestore::Attribute> attributes);

    [[nodiscard]] JsonTreeView& tree() const { return *m_tree; }

    [[nodiscard]] QLineEdit& filter() const { return *m_filter; }

private:
    void showMatching();

    std::vector<tracestore::Attribute> m_attributes;
    QLineEdit* m_filter;
    QLabel* m_count;
    JsonTreeView* m_tree;
};

/// Attributes as the text of a JSON object, in their order; values that are not JSON as strings.
std::string attributesJson(const std::vector<tracestore::Attribute>& attributes);

/// Events as a JSON object: time and name of each, with its attributes below.
std::string eventsJson(const std::vector<tracestore::SpanEvent>& events,
                       std::optional<tracestore::Timestamp> start);

} // namespace gui
