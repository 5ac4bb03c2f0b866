"""The setup sheet as a PDF."""

from runs_svc.ports import PrintedSheet


class PdfSheets:
    def write(self, printed: PrintedSheet) -> bytes:
        from runs_svc.adapters.rendering.pdf_layout import lay_out  # fonts are loaded only where somebody prints

        return lay_out(printed)
