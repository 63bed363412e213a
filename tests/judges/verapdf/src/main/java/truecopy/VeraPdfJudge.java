package truecopy;

import java.io.File;
import java.io.FileInputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Options: --flavour ID (3b, the default, or ua1), then files. For each file a line: PASS or FAIL, a tab, the file, a tab,
 * the clauses that failed. Exit status 1 if one failed.
 */
public final class VeraPdfJudge {
  public static void main(String[] arguments) {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    boolean chosen = arguments.length > 1 && arguments[0].equals("--flavour");
    PDFAFlavour flavour = chosen ? PDFAFlavour.byFlavourId(arguments[1]) : PDFAFlavour.PDFA_3_B;
    boolean allPass = true;
    for (String file : Arrays.copyOfRange(arguments, chosen ? 2 : 0, arguments.length)) {
      String verdict = judge(file, flavour);
      allPass &= verdict.isEmpty();
      System.out.println((verdict.isEmpty() ? "PASS" : "FAIL") + "\t" + file + "\t" + verdict);
    }
    System.exit(allPass ? 0 : 1);
  }

  private static String judge(String file, PDFAFlavour flavour) {
    try (FileInputStream stream = new FileInputStream(new File(file));
        PDFAParser parser = Foundries.defaultInstance().createParser(stream, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      if (result.isCompliant()) {
        return "";
      }
      Map<String, String> clauses = new LinkedHashMap<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        String clause = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
        clauses.putIfAbsent(clause, assertion.getMessage());
      }
      return clauses.isEmpty() ? "not compliant" : clauses.toString().replace('\n', ' ').replace('\t', ' ');
    } catch (Exception | LinkageError e) {
      return String.valueOf(e).replace('\n', ' ').replace('\t', ' ');
    }
  }
}
