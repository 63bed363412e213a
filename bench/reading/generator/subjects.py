"""What invented decisions and letters are about: (kind of office, verb phrase, articles)."""

SUBJECTS = [
    "Về việc phê duyệt kế hoạch duy tu, bảo dưỡng hệ thống thoát nước trên địa bàn {low} năm {year}",
    "Về việc công nhận kết quả bình chọn tổ dân phố văn hóa tiêu biểu năm {year}",
    "Về việc thành lập Tổ công tác rà soát hồ sơ hộ tịch giai đoạn {year} - {later}",
    "Ban hành Quy chế tiếp công dân và xử lý đơn thư tại Bộ phận Một cửa",
    "Về việc điều động và bổ nhiệm công chức giữ chức vụ Trưởng phòng Hành chính - Tổng hợp",
    "Về việc phân bổ kinh phí hỗ trợ sửa chữa nhà văn hóa thôn từ nguồn dự phòng ngân sách năm {year}",
    "Phê duyệt danh mục tài liệu lưu trữ cần số hóa đợt {n} năm {year}",
    "Về việc cho phép chuyển mục đích sử dụng thửa đất số {n} tờ bản đồ số {m} tại {low}",
    "Về việc khen thưởng các tập thể và cá nhân có thành tích trong phong trào trồng cây mùa xuân",
    "Ban hành Kế hoạch phòng, chống thiên tai và tìm kiếm cứu nạn năm {year}",
    "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số và cải cách thủ tục hành chính",
    "Về việc hủy bỏ giấy phép khai thác cát tại bến {a} thuộc {low}",
    "Phê duyệt kết quả lựa chọn nhà thầu gói thầu số {n}: Mua sắm máy quét tài liệu và thiết bị lưu trữ",
    "Về việc xếp hạng di tích đình {a} là di tích cấp tỉnh",
    "Về việc tạm đình chỉ hoạt động chợ {a} để khắc phục vi phạm về phòng cháy, chữa cháy",
]
BASES = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày {d} tháng {m} năm {y};",
    "Căn cứ Luật Ban hành văn bản quy phạm pháp luật ngày {d} tháng {m} năm {y};",
    "Căn cứ Nghị định số {n}/{y}/NĐ-CP ngày {d} tháng {m} năm {y} của Chính phủ quy định chi tiết thi hành một số điều "
    "của Luật Lưu trữ;",
    "Căn cứ Thông tư số {n}/{y}/TT-BNV ngày {d} tháng {m} năm {y} của Bộ trưởng Bộ Nội vụ hướng dẫn nghiệp vụ quản lý "
    "văn bản;",
    "Căn cứ Quyết định số {n}/QĐ-UBND ngày {d} tháng {m} năm {y} của Ủy ban nhân dân tỉnh quy định chức năng, nhiệm vụ "
    "và quyền hạn;",
    "Căn cứ Nghị quyết số {n}/NQ-HĐND ngày {d} tháng {m} năm {y} của Hội đồng nhân dân;",
]
ARTICLES = [
    "Giao Văn phòng chủ trì, phối hợp với các đơn vị liên quan tổ chức thực hiện theo đúng quy định; định kỳ hằng quý "
    "báo cáo kết quả về Ủy ban nhân dân trước ngày {d} tháng cuối quý.",
    "Kinh phí thực hiện được bảo đảm từ nguồn ngân sách nhà nước đã giao trong dự toán năm {y} và các nguồn huy động "
    "hợp pháp khác, tổng mức không quá {n}.000.000 đồng.",
    "Các cơ quan, tổ chức, cá nhân có liên quan có trách nhiệm rà soát, cập nhật hồ sơ vào cơ sở dữ liệu dùng chung, "
    "không yêu cầu người dân cung cấp lại giấy tờ đã được số hóa.",
    "Thời gian thực hiện từ ngày {d} tháng {m} năm {y}; trường hợp có vướng mắc, các đơn vị kịp thời phản ánh để xem "
    "xét, điều chỉnh cho phù hợp.",
    "Quyết định này thay thế Quyết định số {n}/QĐ-UBND ngày {d} tháng {m} năm {y} và các quy định trước đây trái với "
    "Quyết định này.",
    "Thành viên Tổ công tác làm việc theo chế độ kiêm nhiệm; được sử dụng con dấu của cơ quan khi thực hiện nhiệm vụ "
    "được phân công và tự giải thể khi hoàn thành công việc.",
]
ITEMS = [
    "Tổ chức rà soát, thống kê số lượng hồ sơ giấy đang lưu trữ tại các đơn vị trực thuộc;",
    "Xây dựng phương án số hóa, bảo đảm an toàn thông tin và dữ liệu cá nhân;",
    "Đôn đốc, kiểm tra tiến độ, tổng hợp khó khăn, vướng mắc trong quá trình triển khai;",
    "Đề xuất khen thưởng tập thể, cá nhân hoàn thành tốt nhiệm vụ được giao;",
    "Công khai kết quả trên trang thông tin điện tử và niêm yết tại trụ sở;",
]
RECEIVERS = ["Như Điều {n};", "Thường trực Đảng ủy;", "Thường trực Hội đồng nhân dân;", "Chủ tịch, các Phó Chủ tịch;",
             "Sở Nội vụ (để báo cáo);", "Phòng Văn hóa - Xã hội;", "Phòng Kinh tế;", "Đài Truyền thanh;",
             "Các đoàn thể;"]

# Letters: what they are about, how they open, what they ask for, how they end.
LETTERS = [
    "đôn đốc thực hiện số hóa kết quả giải quyết thủ tục hành chính quý {n} năm {year}",
    "báo cáo tình hình tiếp nhận hồ sơ chứng thực bản sao",
    "cử công chức tham gia lớp bồi dưỡng nghiệp vụ hộ tịch",
    "trả lời kiến nghị của cử tri {low}",
    "xin ý kiến góp ý dự thảo Quy chế phối hợp",
    "tạm dừng lưu thông trên cầu {a} để sửa chữa",
    "cung cấp thông tin hồ sơ địa chính thửa đất số {n}",
    "tăng cường phòng cháy, chữa cháy rừng mùa khô năm {year}",
    "hướng dẫn lập dự toán ngân sách năm {year}",
    "mời dự hội nghị tổng kết công tác văn thư, lưu trữ",
    "xác minh văn bằng, chứng chỉ của công chức",
    "phối hợp cắt tỉa cây xanh trước mùa mưa bão",
]
OFFICES = ["Ủy ban nhân dân các xã, phường", "Sở Nội vụ", "Sở Tài chính", "Văn phòng Ủy ban nhân dân tỉnh",
           "Trưởng các phòng, ban trực thuộc", "Công an tỉnh", "Thuế tỉnh", "Các cơ quan chuyên môn",
           "Trung tâm Phục vụ hành chính công", "Hiệu trưởng các trường trung học cơ sở", "Bảo hiểm xã hội tỉnh"]
OPENINGS = [
    "Thực hiện Kế hoạch số {n}/KH-UBND ngày {d} tháng {m} năm {y} của Ủy ban nhân dân tỉnh về cải cách thủ tục hành chính,"
    " cơ quan chúng tôi đề nghị các đơn vị quan tâm thực hiện một số nội dung như sau:",
    "Căn cứ Công văn số {n}/SNV-VTLT ngày {d} tháng {m} năm {y} của Sở Nội vụ, xét tình hình thực tế tại địa phương, "
    "chúng tôi có ý kiến như sau:",
    "Qua kiểm tra hồ sơ lưu trữ năm {y}, nhận thấy một số đơn vị chưa gửi đủ báo cáo theo thời hạn quy định, cụ thể:",
]
REQUESTS = [
    "1. Rà soát toàn bộ hồ sơ còn tồn đọng từ ngày {d} tháng {m} năm {y}, phân loại theo lĩnh vực và mức độ phức tạp.",
    "2. Bố trí máy quét, đường truyền và nhân sự thường trực tại Bộ phận Một cửa; không để hồ sơ quá hạn.",
    "Tổng số hồ sơ phải số hóa trong kỳ là {n}.000 trang, trong đó đã hoàn thành khoảng {m} phần trăm.",
    "Việc chứng thực bản sao điện tử được thực hiện đúng trình tự; mọi trường hợp từ chối phải nêu rõ lý do bằng văn bản.",
    "Đối với giấy tờ đã có trong cơ sở dữ liệu, công chức tiếp nhận khai thác trực tiếp, không yêu cầu nộp lại.",
    "Kết quả thực hiện gửi về Văn phòng trước ngày {d} tháng {m} hằng năm để tổng hợp, báo cáo cấp có thẩm quyền.",
    "Quá trình thực hiện nếu có khó khăn, vướng mắc, đề nghị phản ánh qua số điện thoại của bộ phận thường trực.",
]
CLOSINGS = ["Đề nghị các cơ quan, đơn vị nghiêm túc triển khai thực hiện./.", "Trân trọng./.",
            "Rất mong nhận được sự quan tâm phối hợp của quý cơ quan./.", "Nhận được Công văn này, đề nghị các đơn vị "
            "khẩn trương thực hiện và báo cáo kết quả trước ngày {d} tháng {m}./."]
