#pragma once

#include "tracestore/model/trace.h"

#include <QDialog>

namespace gui {

class Theme;

/// What became of the files of a trace when it was opened: the rows of its import report.
class ReportDialog : public QDialog
{
    Q_OBJECT

public:
    ReportDialog(tracestore::TracePtr trace, const Theme& theme, QWidget* parent = nullptr);
};

} // namespace gui
