package truecopy;

import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * Options: --root CERT (PEM or DER), --crl CRL, then files. For each signature a line:
 * file, indication, sub-indication, format, signer, errors; tab-separated. A file without one: "NO_SIGNATURE".
 * Exit status 1 unless each signature of each file is TOTAL_PASSED.
 */
public final class DssJudge {
  public static void main(String[] arguments) {
    CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
    List<String> crls = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--root")) {
        CertificateToken root = DSSUtils.loadCertificate(new File(arguments[++i]));
        roots.addCertificate(root);
      } else if (arguments[i].equals("--crl")) {
        crls.add(arguments[++i]);
      } else {
        files.add(arguments[i]);
      }
    }
    boolean allPass = !files.isEmpty();
    for (String file : files) {
      allPass &= judge(file, roots, crls);
    }
    System.exit(allPass ? 0 : 1);
  }

  private static boolean judge(String file, CommonTrustedCertificateSource roots, List<String> crls) {
    try {
      CommonCertificateVerifier verifier = new CommonCertificateVerifier();
      verifier.addTrustedCertSources(roots);
      if (!crls.isEmpty()) {
        eu.europa.esig.dss.model.DSSDocument[] documents = crls.stream().map(FileDocument::new)
            .toArray(eu.europa.esig.dss.model.DSSDocument[]::new);
        verifier.setCrlSource(new ExternalResourcesCRLSource(documents));
      }
      SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
      validator.setCertificateVerifier(verifier);
      Reports reports = validator.validateDocument();
      SimpleReport report = reports.getSimpleReport();
      boolean pass = !report.getSignatureIdList().isEmpty();
      if (!pass) {
        System.out.println(file + "\tNO_SIGNATURE\t\t\t\t");
      }
      for (String id : report.getSignatureIdList()) {
        pass &= String.valueOf(report.getIndication(id)).equals("TOTAL_PASSED");
        System.out.println(String.join("\t", file, String.valueOf(report.getIndication(id)),
            String.valueOf(report.getSubIndication(id)), String.valueOf(report.getSignatureFormat(id)),
            String.valueOf(report.getSignedBy(id)),
            String.valueOf(report.getAdESValidationErrors(id).stream().map(m -> m.getValue()).toList())
                .replace('\n', ' ').replace('\t', ' ')));
      }
      return pass;
    } catch (Exception | LinkageError e) {
      System.out.println(file + "\tERROR\t\t\t\t" + String.valueOf(e).replace('\n', ' ').replace('\t', ' '));
      return false;
    }
  }
}
