"""认定: run the policy over the registry; keep verdicts, reasons and differences."""
