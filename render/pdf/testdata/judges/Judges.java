import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.pdfbox.preflight.ValidationResult.ValidationError;
import org.apache.pdfbox.preflight.parser.PreflightParser;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/**
 * Checks PDF files: with veraPDF against PDF/A-2u and PDF/UA-1, with Preflight against the rules of PDF/A-1b that PDF/A-2u has too.
 * A line for each file and judge says "ok", with the number of checks that veraPDF made, or "failed"; below a failed one there is a line
 * for each rule: its number, how often it was broken, what it asks, where first. The exit code is 1 when a file fails.
 *
 * This file is a tool of the tests and no part of the program.
 */
public class Judges {
    /** Rules of PDF/A-1 that PDF/A-2 has dropped, as the prefixes of Preflight's error codes. */
    private static final Map<String, String> DROPPED = Map.of(
        "2.2", "transparency",
        "3.1.11", "a list of the characters in a subset (CIDSet)",
        "7.11", "the file says that it is PDF/A-1");

    public static void main(String[] args) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean good = true;
        for (String name : args) {
            good &= report(name, "1b", preflight(name), "");
            byte[] data = Files.readAllBytes(Path.of(name));
            for (PDFAFlavour flavour : List.of(PDFAFlavour.PDFA_2_U, PDFAFlavour.PDFUA_1)) {
                try (var parser = Foundries.defaultInstance().createParser(new ByteArrayInputStream(data), flavour);
                     var validator = Foundries.defaultInstance().createValidator(flavour, 10_000, false, true, false)) {
                    var result = validator.validate(parser);
                    var faults = new Faults();
                    for (TestAssertion a : result.getTestAssertions()) {
                        if (a.getStatus() == TestAssertion.Status.FAILED) {
                            faults.add(a.getRuleId().getClause() + " #" + a.getRuleId().getTestNumber(),
                                a.getMessage() + "; " + a.getErrorMessage() + "; at " + a.getLocation().getContext());
                        }
                    }
                    if (!result.isCompliant()) {
                        faults.add("result", "not compliant");
                    }
                    good &= report(name, flavour.getId(), faults, " " + result.getTotalAssertions());
                }
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static Faults preflight(String name) throws Exception {
        var faults = new Faults();
        var parser = new PreflightParser(name);
        parser.parse();
        List<ValidationError> errors;
        try (var document = parser.getPreflightDocument()) {
            document.validate();
            errors = document.getResult().getErrorsList();
        }
        for (ValidationError e : errors) {
            if (DROPPED.keySet().stream().noneMatch(p -> e.getErrorCode().equals(p) || e.getErrorCode().startsWith(p + "."))) {
                faults.add(e.getErrorCode(), e.getDetails());
            }
        }
        return faults;
    }

    private static boolean report(String name, String judge, Faults faults, String note) {
        System.out.println(name + " " + judge + (faults.first.isEmpty() ? " ok" + note : " failed"));
        faults.first.forEach((rule, text) -> System.out.println("  " + rule + " ×" + faults.times.get(rule) + ": " + text));
        return faults.first.isEmpty();
    }

    private static class Faults {
        final TreeMap<String, String> first = new TreeMap<>();
        final TreeMap<String, Integer> times = new TreeMap<>();

        void add(String rule, String text) {
            first.putIfAbsent(rule, text);
            times.merge(rule, 1, Integer::sum);
        }
    }
}
